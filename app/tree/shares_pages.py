"""The page on which school years are shared: asked for, decided on, looked through, and taken back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.errors import NotAllowed, NotFound, Refused
from app.page import answered, sentences, session
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.current import page_authority
from app.schools.models import School
from app.text import N_
from app.tree import shares
from app.tree.blueprint import tree
from app.tree.shares_forms import ShareForm, Way
from app.tree.shares_links import close_link
from app.tree.shares_queries import checks_of, findings_of, shares_known_to, years_of
from app.tree.shares_steps import Wish
from app.tree.shares_walk import queue_audit
from app.tree.shares_words import FINDINGS, ROLES, STATES, STEPS


@tree.get("/chia-se")
def shares_page() -> ResponseReturnValue:
    """Show what is shared with whom until when, what is asked for, and what does not agree with it."""
    return _page(_form())


@tree.post("/chia-se")
def give_share() -> ResponseReturnValue:
    """Share a school year with the office that oversees the school."""
    if not shares.schools_sharing(session(), page_authority()):
        raise NotAllowed
    return _wished(shares.share_folder, N_("Đã ghi quyết định; quyền xem được mở trong kho ngay sau đây."))


@tree.post("/chia-se/de-nghi")
def request_share() -> ResponseReturnValue:
    """Ask a school that one's office oversees to share with an office above."""
    if not page_authority().office_ids():
        raise NotAllowed
    return _wished(shares.request_share, N_("Đã gửi đề nghị; hiệu trưởng của trường sẽ trả lời."))


@tree.post("/chia-se/<int(max=2147483647):share_id>/<any('dong-y', 'tu-choi', 'thu-hoi', 'thu-lai'):what>")
def decide_share(share_id: int, what: str) -> ResponseReturnValue:
    """Consent to a request or refuse it, take a share back, or have the store asked again."""
    verb, done = _verbs()[what]
    verb(session(), page_authority(), share_id)
    session().commit()
    flash(done, "success")
    return redirect(url_for("tree.shares_page"))


@tree.post("/chia-se/kiem-tra/<int(max=2147483647):school_id>")
def audit_shares(school_id: int) -> ResponseReturnValue:
    """Have every permission in the school's store looked at."""
    school = session().get(School, school_id)
    if school is None or not page_authority().holds(SCHOOL_WIDE, school.id):
        raise NotFound
    queue_audit(session(), page_authority(), school)
    session().commit()
    flash(gettext("Đang kiểm tra quyền truy cập trong kho; kết quả hiện dần ở cuối trang này."), "success")
    return redirect(url_for("tree.shares_page"))


@tree.post("/chia-se/lien-ket/<int(max=2147483647):finding_id>/go")
def close_public_link(finding_id: int) -> ResponseReturnValue:
    """Close a public link that somebody made."""
    close_link(session(), page_authority(), finding_id)
    session().commit()
    flash(gettext("Đã xếp hàng để gỡ liên kết công khai này."), "success")
    return redirect(url_for("tree.shares_page"))


def _verbs() -> dict[str, tuple[Callable[[Session, Authority, int], None], str]]:
    """Return for each button what it does, and what is said afterwards."""
    return {
        "dong-y": (
            shares.consent,
            gettext("Đã đồng ý; quyền xem được mở trong kho ngay sau đây."),
        ),
        "tu-choi": (shares.refuse, gettext("Đã từ chối đề nghị.")),
        "thu-hoi": (shares.revoke, gettext("Đã thu hồi; quyền xem được gỡ khỏi kho ngay sau đây.")),
        "thu-lai": (shares.retry, gettext("Đã xếp hàng để thử lại.")),
    }


def _wished(verb: Callable[[Session, Authority, Wish], object], done: str) -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form), 422
    return answered(
        lambda: verb(session(), page_authority(), form.wish()),
        lambda refusal: _page(form, refusal),
        url_for("tree.shares_page"),
        done,
    )


def _form() -> ShareForm:
    ways = _ways(page_authority())
    return ShareForm().offer(ways, years_of(session(), [way.school.id for way in ways]))


def _ways(authority: Authority) -> list[Way]:
    """List what the person may share, as the school, or ask for, as an office."""
    ways = []
    for school in shares.schools_sharing(session(), authority):
        ways += [Way(school, office) for office in shares.offices_over(session(), school)[:1]]
    for school in shares.schools_overseen(session(), authority):
        ways += [Way(school, office) for office in shares.offices_over(session(), school)[1:]]
    return ways


def _page(form: ShareForm, refusal: Refused | None = None) -> str:
    authority = page_authority()
    school_ids = authority.school_ids(SCHOOL_WIDE)
    if not school_ids and not authority.office_ids():
        raise NotAllowed
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "tree/shares.html",
        form=form,
        error=error,
        hint=hint,
        views=shares_known_to(session(), authority),
        findings=findings_of(session(), school_ids),
        checks={check.school_id: check for check in checks_of(session(), school_ids)},
        schools=shares.schools_sharing(session(), authority),
        asks=bool(authority.office_ids()),
        may_share=lambda school_id: shares.may_share(authority, school_id),
        may_decide=lambda share: shares.may_decide(authority, share),
        words={"states": STATES, "steps": STEPS, "findings": FINDINGS, "roles": ROLES},
    )
