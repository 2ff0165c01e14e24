"""The page on which school years are shared: asked for, decided on, looked through, and taken back."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.errors import NotAllowed, NotFound, Refused
from app.page import answered, sentences, session
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.shares import decisions
from app.shares.forms import ShareForm, Way
from app.shares.links import close_link
from app.shares.queries import checks_of, findings_of, shared_until, shares_known_to, years_of
from app.shares.steps import Wish
from app.shares.walk import queue_audit
from app.shares.words import FINDINGS, ROLES, STATES, STEPS
from app.text import N_
from app.tree.folder_notes import FolderNote, tells_of_folders

shares = Blueprint("shares", __name__)


@shares.get("/chia-se")
def shares_page() -> ResponseReturnValue:
    """Show what is shared with whom until when, what is asked for, and what does not agree with it."""
    return _page(_form())


@shares.post("/chia-se")
def give_share() -> ResponseReturnValue:
    """Share a school year with the office that oversees the school."""
    if not decisions.schools_sharing(session(), page_authority()):
        raise NotAllowed
    return _wished(decisions.share_folder, N_("Đã ghi quyết định; quyền xem được mở trong kho ngay sau đây."))


@shares.post("/chia-se/de-nghi")
def request_share() -> ResponseReturnValue:
    """Ask a school that one's office oversees to share with an office above."""
    if not page_authority().office_ids():
        raise NotAllowed
    return _wished(decisions.request_share, N_("Đã gửi đề nghị; hiệu trưởng của trường sẽ trả lời."))


@shares.post("/chia-se/<int(max=2147483647):share_id>/<any('dong-y', 'tu-choi', 'thu-hoi', 'thu-lai'):what>")
def decide_share(share_id: int, what: str) -> ResponseReturnValue:
    """Consent to a request or refuse it, take a share back, or have the store asked again."""
    verb, done = _verbs()[what]
    verb(session(), page_authority(), share_id)
    session().commit()
    flash(done, "success")
    return redirect(url_for("shares.shares_page"))


@shares.post("/chia-se/kiem-tra/<int(max=2147483647):school_id>")
def audit_shares(school_id: int) -> ResponseReturnValue:
    """Have every permission in the school's store looked at."""
    school = session().get(School, school_id)
    if school is None or not page_authority().holds(SCHOOL_WIDE, school.id):
        raise NotFound
    queue_audit(session(), page_authority(), school)
    session().commit()
    flash(gettext("Đang kiểm tra quyền truy cập trong kho; kết quả hiện dần ở cuối trang này."), "success")
    return redirect(url_for("shares.shares_page"))


@shares.post("/chia-se/lien-ket/<int(max=2147483647):finding_id>/go")
def close_public_link(finding_id: int) -> ResponseReturnValue:
    """Close a public link that somebody made."""
    close_link(session(), page_authority(), finding_id)
    session().commit()
    flash(gettext("Đã xếp hàng để gỡ liên kết công khai này."), "success")
    return redirect(url_for("shares.shares_page"))


@tells_of_folders
def shared_folders(db: Session, authority: Authority) -> Mapping[int, FolderNote]:
    """Tell of each folder that is shared until when it is."""
    address = url_for("shares.shares_page")
    return {
        folder_id: FolderNote(
            gettext("Chia sẻ với cơ quan quản lý đến hết %(day)s", day=last_day.strftime("%d/%m/%Y")), address
        )
        for folder_id, last_day in shared_until(db, authority).items()
    }


def _verbs() -> dict[str, tuple[Callable[[Session, Authority, int], None], str]]:
    """Return for each button what it does, and what is said afterwards."""
    return {
        "dong-y": (
            decisions.consent,
            gettext("Đã đồng ý; quyền xem được mở trong kho ngay sau đây."),
        ),
        "tu-choi": (decisions.refuse, gettext("Đã từ chối đề nghị.")),
        "thu-hoi": (decisions.revoke, gettext("Đã thu hồi; quyền xem được gỡ khỏi kho ngay sau đây.")),
        "thu-lai": (decisions.retry, gettext("Đã xếp hàng để thử lại.")),
    }


def _wished(verb: Callable[[Session, Authority, Wish], object], done: str) -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form), 422
    return answered(
        lambda: verb(session(), page_authority(), form.wish()),
        lambda refusal: _page(form, refusal),
        url_for("shares.shares_page"),
        done,
    )


def _form() -> ShareForm:
    ways = _ways(page_authority())
    return ShareForm().offer(ways, years_of(session(), [way.school.id for way in ways]))


def _ways(authority: Authority) -> list[Way]:
    """List what the person may share, as the school, or ask for, as an office."""
    ways = []
    for school in decisions.schools_sharing(session(), authority):
        ways += [Way(school, office) for office in decisions.offices_over(session(), school)[:1]]
    for school in decisions.schools_overseen(session(), authority):
        ways += [Way(school, office) for office in decisions.offices_over(session(), school)[1:]]
    return ways


def _page(form: ShareForm, refusal: Refused | None = None) -> str:
    authority = page_authority()
    school_ids = authority.school_ids(SCHOOL_WIDE)
    if not school_ids and not authority.office_ids():
        raise NotAllowed
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "shares/shares.html",
        form=form,
        error=error,
        hint=hint,
        views=shares_known_to(session(), authority),
        findings=findings_of(session(), school_ids),
        checks={check.school_id: check for check in checks_of(session(), school_ids)},
        schools=decisions.schools_sharing(session(), authority),
        asks=bool(authority.office_ids()),
        may_share=lambda school_id: may(authority, Permission.SHARE_FOLDERS, school_id),
        may_decide=lambda share: decisions.may_decide(authority, share),
        words={"states": STATES, "steps": STEPS, "findings": FINDINGS, "roles": ROLES},
    )
