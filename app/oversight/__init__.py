"""The room of oversight: what an office sees of the schools below it, and lays down for all of them."""
