"""Paths of this site to which a reader is led back, and none of any other."""

from urllib.parse import urlsplit

from flask import request


def own_path(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the start page."""
    parts = urlsplit((target or "").replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def page_of_the_form() -> str | None:
    """Return the page of this site from which a form was sent, as the browser tells it."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return own_path(f"{came_from.path}?{came_from.query}")
