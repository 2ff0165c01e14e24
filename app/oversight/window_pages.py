"""The page on which an office's officers lay windows over all schools below it, and take them back."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app.catalogue.periods import present_year, year_after
from app.catalogue.queries import record_types
from app.errors import NotAllowed, Refused
from app.locks.queries import windows_above, windows_of
from app.locks.windows import end_window, set_window
from app.oversight.blueprint import oversight
from app.oversight.forms import WindowForm
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.schools.models import Office
from app.text import N_


@oversight.get("/khoa-so/lich")
def windows_page() -> ResponseReturnValue:
    """Show the officer's windows and the form for another."""
    _only_for_officers()
    return _page(_form())


@oversight.post("/khoa-so/lich")
def add_window() -> ResponseReturnValue:
    """Lay a window over the schools of one of the officer's offices."""
    _only_for_officers()
    form = _form()
    if not form.validate():
        return _page(form), 422
    return answered(
        lambda: set_window(session(), page_authority(), form.window()),
        lambda refusal: _page(form, refusal),
        url_for("oversight.windows_page"),
        N_("Đã áp dụng lịch này cho các trường."),
    )


@oversight.post("/khoa-so/lich/<int(max=2147483647):window_id>/bo")
def remove_window(window_id: int) -> ResponseReturnValue:
    """Take a window back."""
    _only_for_officers()
    end_window(session(), page_authority(), window_id)
    session().commit()
    flash(gettext("Đã bỏ lịch này."), "success")
    return redirect(url_for("oversight.windows_page"))


def _only_for_officers() -> None:
    if not page_authority().office_ids():
        raise NotAllowed


def _form() -> WindowForm:
    year = present_year()
    return WindowForm().offer(_offices(), [year, year_after(year, -1)], record_types(session()))


def _offices() -> Sequence[Office]:
    own = select(Office).where(Office.id.in_(page_authority().office_ids()))
    return session().scalars(own.order_by(Office.name)).all()


def _page(form: WindowForm, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "oversight/windows.html",
        form=form,
        error=error,
        hint=hint,
        windows=windows_of(session(), page_authority().office_ids()),
        above=windows_above(session(), page_authority().office_ids()),
        names={each.code: each.name for each in record_types(session())},
    )
