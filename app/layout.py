"""What every page shows around its content."""

from flask import Flask


def register_layout(app: Flask) -> None:
    """Give templates the navigation and the filters that they all use."""
