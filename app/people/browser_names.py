"""What a person knows a browser by that he signed in with: its name, and the kind of its network."""

import ipaddress
import re

_BROWSERS = (
    ("Edge", r"\bEdg(A|iOS)?/"),
    ("Cốc Cốc", r"coc_coc_browser"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Zalo", r"\bZalo\b"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
"""Each browser's own mark; many carry those of later lines too, so the first that fits counts."""
_SYSTEMS = (
    ("Windows", r"\bWindows\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMac OS X\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_name(user_agent: str) -> str:
    """Return a name like `Firefox · Windows`, made of our own words only; empty when none is known."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(each for each in found if each)


def address_family(network_address: str) -> str:
    """Return `IPv4` or `IPv6`, or nothing for what is no network address."""
    try:
        return f"IPv{ipaddress.ip_address(network_address).version}"
    except ValueError:
        return ""


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, mark in names if re.search(mark, user_agent)), "")
