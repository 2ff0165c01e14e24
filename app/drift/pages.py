"""The page of what changed in the stores behind the application's back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.drift import decisions
from app.page import session
from app.people.current import needs, page_authority
from app.people.permissions import Permission

drift = Blueprint("drift", __name__)


@drift.get("/luu-tru/thay-doi")
@needs(Permission.SEE_STORE_CHANGES)
def drift_page() -> ResponseReturnValue:
    """Show what was found, what was done about it, and when one has last looked."""
    return render_template(
        "drift/drift.html",
        findings=decisions.open_findings(session(), page_authority()),
        settled=decisions.settled_findings(session(), page_authority()),
        watches=decisions.watches(session(), page_authority()),
    )


@drift.post("/luu-tru/thay-doi/xem-ngay")
@needs(Permission.SEE_STORE_CHANGES)
def look_now() -> ResponseReturnValue:
    """Have the stores looked at now."""
    decisions.look_now(session(), page_authority())
    session().commit()
    flash(gettext("Đang so kho với sổ của hệ thống; tải lại trang sau ít phút."))
    return redirect(url_for("drift.drift_page"))


@drift.post("/luu-tru/thay-doi/<int:drift_id>/sua")
@needs(Permission.SEE_STORE_CHANGES)
def repair_drift(drift_id: int) -> ResponseReturnValue:
    """Have a finding repaired."""
    decisions.ask_for_repair(session(), page_authority(), drift_id)
    session().commit()
    flash(gettext("Đã xếp hàng để sửa; kết quả hiện ở dưới khi xong."))
    return redirect(url_for("drift.drift_page"))


@drift.post("/luu-tru/thay-doi/<int:drift_id>/de-nguyen")
@needs(Permission.SEE_STORE_CHANGES)
def accept_drift(drift_id: int) -> ResponseReturnValue:
    """Leave a finding as it is."""
    decisions.accept(session(), page_authority(), drift_id)
    session().commit()
    flash(gettext("Đã ghi: để nguyên thay đổi này."))
    return redirect(url_for("drift.drift_page"))
