"""Measurements of the running product, through HTTP, on the machine they are run on."""
