"""The page of what changed in the stores behind the application's back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.drift import decisions
from app.page import session
from app.people.authority import SCHOOL_WIDE
from app.people.current import only_for, page_authority

drift = Blueprint("drift", __name__)


@drift.get("/luu-tru/thay-doi")
@only_for(*SCHOOL_WIDE)
def drift_page() -> ResponseReturnValue:
    """Show what was found, what was done about it, and when one has last looked."""
    return render_template(
        "drift/drift.html",
        findings=decisions.open_findings(session(), page_authority()),
        settled=decisions.settled_findings(session(), page_authority()),
        watches=decisions.watches(session(), page_authority()),
    )


@drift.post("/luu-tru/thay-doi/xem-ngay")
@only_for(*SCHOOL_WIDE)
def look_now() -> ResponseReturnValue:
    """Have the stores looked at now."""
    decisions.look_now(session(), page_authority())
    session().commit()
    flash(gettext("Đang so kho với sổ của hệ thống; tải lại trang sau ít phút."))
    return redirect(url_for("drift.drift_page"))


@drift.post("/luu-tru/thay-doi/<int:drift_id>/sua")
@only_for(*SCHOOL_WIDE)
def repair_drift(drift_id: int) -> ResponseReturnValue:
    """Have a finding repaired."""
    decisions.ask_for_repair(session(), page_authority(), drift_id)
    session().commit()
    flash(gettext("Đã xếp hàng để sửa; kết quả hiện ở dưới khi xong."))
    return redirect(url_for("drift.drift_page"))


@drift.post("/luu-tru/thay-doi/<int:drift_id>/de-nguyen")
@only_for(*SCHOOL_WIDE)
def accept_drift(drift_id: int) -> ResponseReturnValue:
    """Leave a finding as it is."""
    decisions.accept(session(), page_authority(), drift_id)
    session().commit()
    flash(gettext("Đã ghi: để nguyên thay đổi này."))
    return redirect(url_for("drift.drift_page"))
