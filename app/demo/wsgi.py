"""The demo's application for a web server: the product, with the demo's people on the sign-in page.

Nothing but `kyduyet demo` serves this module; the product itself knows nothing of these accounts.
"""

from flask import Flask

from app.config import Settings
from app.context import build_context
from app.data_dir import make_only_ours
from app.db import Longest
from app.demo.people import OFFERED, PASSWORD
from app.web.application import create_app


def offer_accounts(app: Flask) -> None:
    """Let the sign-in page offer the demo's accounts, one click each."""
    app.context_processor(lambda: {"demo_accounts": OFFERED, "demo_password": PASSWORD})


def make_app() -> Flask:
    """Make the demo's application from the environment's settings."""
    make_only_ours()
    app = create_app(build_context(Settings.from_environment(), longest=Longest.REQUEST))
    offer_accounts(app)
    return app
