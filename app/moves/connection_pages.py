"""The page "Lưu trữ": how each school's store is doing, connecting it, and trying it again."""

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.db import now
from app.errors import NotFound
from app.moves.blueprint import moves
from app.moves.connection_queries import PROVIDERS, store_views
from app.moves.connections import connect, try_again
from app.moves.decisions import begin_move
from app.page import context, session
from app.people.current import needs, page_authority
from app.people.permissions import Permission, may
from app.schools.queries import school_by_code
from app.storage.consent import CONSENTS, ConsentOutdated, offered

_ASKED = "store_consent"


@moves.get("/luu-tru")
@needs(Permission.CONNECT_STORE)
def stores() -> ResponseReturnValue:
    """Show the stores of one's schools."""
    return render_template(
        "moves/stores.html",
        views=store_views(session(), page_authority()),
        offered=offered(context().settings),
        names=PROVIDERS,
        now=now(),
    )


@moves.get("/luu-tru/<school_code>/ket-noi/<any(google, microsoft):provider>")
@needs(Permission.CONNECT_STORE)
def ask_consent(school_code: str, provider: str) -> ResponseReturnValue:
    """Send the browser to the provider, where the account is chosen.

    A link and no form: browsers hold a form's redirect to the page's own policy on where forms may go.
    """
    _demand_right(school_code)
    session().rollback()
    question = CONSENTS[provider].ask(context().settings, _way_back(provider))
    moves = "chuyen" in request.args
    browser[_ASKED] = {"school": school_code, "provider": provider, "kept": question.kept, "moves": moves}
    return redirect(question.address)


@moves.get("/luu-tru/ket-noi/<any(google, microsoft):provider>/xong")
@needs(Permission.CONNECT_STORE)
def hear_consent(provider: str) -> ResponseReturnValue:
    """Take the provider's answer, try the account and keep it."""
    asked = browser.pop(_ASKED, None)
    if asked is None or asked["provider"] != provider:
        raise ConsentOutdated
    _demand_right(asked["school"])
    actor = str(page_authority().user_id)
    # From here on the provider is asked, which may take a while: nothing is held open meanwhile.
    session().rollback()
    draft = CONSENTS[provider].hear(context().settings, asked["kept"], request.args)
    if asked["moves"]:
        begin_move(context(), asked["school"], draft, actor)
        return redirect(url_for("moves.moving_page"))
    account = connect(context(), asked["school"], draft, actor)
    flash(gettext("Đã kết nối với %(account)s.", account=account.account))
    return redirect(url_for("moves.stores"))


@moves.post("/luu-tru/<school_code>/thu-lai")
@needs(Permission.CONNECT_STORE)
def try_store_again(school_code: str) -> ResponseReturnValue:
    """Let the jobs of a stopped store go on."""
    try_again(session(), page_authority(), school_code)
    session().commit()
    flash(gettext("Hệ thống đang thử lại. Nếu vẫn không được, lý do sẽ hiện lại ở đây."))
    return redirect(url_for("moves.stores"))


def _demand_right(school_code: str) -> None:
    school = school_by_code(session(), school_code)
    if not may(page_authority(), Permission.CONNECT_STORE, school.id):
        raise NotFound


def _way_back(provider: str) -> str:
    """Return the address that is registered with the provider; it must be the same to the letter."""
    return context().settings.base_url + url_for("moves.hear_consent", provider=provider)
