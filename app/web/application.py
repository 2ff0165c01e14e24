"""The web application: blueprints, request limits, security headers and the reader's language."""

from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api.routes import api
from app.approvals.routes import approvals
from app.bodies import MEGABYTE, BoundedRequest, bound_body, takes_more_than_a_form
from app.calendar.routes import calendar
from app.catalogue.routes import catalogue
from app.clock import VIETNAM
from app.config import Settings
from app.context import Context
from app.corrections.routes import corrections
from app.curriculum.routes import curriculum
from app.drift.pages import drift
from app.handovers.routes import handovers
from app.laptops.pages import laptops
from app.locks.routes import locks
from app.moves.routes import moves
from app.obligations.routes import obligations
from app.oversight.routes import oversight
from app.page import EXTENSION, close_session, context
from app.parameters import Addresses, refuse_unwritable
from app.people.current import load_anew_after_the_body, login_manager
from app.people.doors import close_doors
from app.people.routes import people
from app.proof.routes import proof
from app.regulations.pages import regulations
from app.shares.pages import shares
from app.stuck.routes import stuck
from app.teaching.routes import teaching
from app.tree.routes import tree
from app.web.assets import assets
from app.web.failures import register_failures
from app.web.health import health
from app.web.layout import register_layout

_ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("vi", "en")

_ROOMS = (
    people,
    approvals,
    catalogue,
    calendar,
    locks,
    corrections,
    handovers,
    laptops,
    curriculum,
    teaching,
    obligations,
    regulations,
    moves,
    drift,
    shares,
    tree,
    stuck,
    oversight,
    proof,
    health,
    api,
)
"""The blueprints; of two routes that fit an address the first one answers."""

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class Application(Flask):
    """Flask with our requests and addresses."""

    request_class = BoundedRequest
    url_map_class = Addresses


class PageSessions(SecureCookieSessionInterface):
    """The browser's session, which leaves no trace on what is the same for everybody and kept for good."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session has changed, and have caches tell sessions apart."""
        if request.blueprint != assets.name:
            super().save_session(app, session, response)


def create_app(parts: Context) -> Flask:
    """Make the application on the parts of this process."""
    app = Application(
        "kyduyet", template_folder=str(_ROOT / "templates"), static_folder=str(_ROOT / "app/static")
    )
    app.config.update(_configuration(parts.settings))
    app.session_interface = PageSessions()
    app.extensions[EXTENSION] = parts
    if parts.settings.trusted_proxies:
        hops = parts.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    Babel(
        app, locale_selector=choose_language, default_translation_directories=str(_ROOT / "app/translations")
    )
    Bootstrap5(app)
    login_manager.init_app(app, add_context_processor=False)
    app.before_request(bound_body)
    app.before_request(close_doors)
    app.before_request(_take_large_body)
    protection = CSRFProtect(app)
    protection.exempt(api)
    app.before_request(refuse_unwritable)
    for room in _ROOMS:
        app.register_blueprint(room)
    register_failures(app)
    register_layout(app)
    app.after_request(_secure)
    app.teardown_request(close_session)
    return app


def choose_language() -> str:
    """Return the API caller's asked language, or the one a reader chose; Vietnamese otherwise."""
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"
    chosen = session.get("language") or getattr(getattr(current_user, "authority", None), "language", "vi")
    return chosen if chosen in LANGUAGES else "vi"


def _take_large_body() -> ResponseReturnValue | None:
    """Take what is large in before anything asks who sent it; strangers have been turned away by then.

    The protection against forged forms needs the form next, and with it the files.
    """
    is_page = request.endpoint is not None and request.blueprint != api.name
    if request.method != "POST" or not is_page or not takes_more_than_a_form():
        return None
    load_anew_after_the_body()
    return close_doors()


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": (settings.max_upload_mb + 1) * MEGABYTE,
        "SESSION_COOKIE_NAME": settings.cookie_name("kyduyet"),
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": settings.session_life,
        # The session lasts as long as it did when it began: a cookie in every answer would not lengthen it.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": VIETNAM.key,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=7),
    }


def _secure(response: Response) -> Response:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if context().settings.secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in {"static", "bootstrap.static"}:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
