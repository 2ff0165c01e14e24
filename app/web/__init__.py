"""The web application as a whole: what every page and answer goes through."""
