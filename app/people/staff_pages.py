"""Pages that turn a staff list into accounts: choose the file, see what would be made, agree."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.bodies import SEALED
from app.errors import InvalidRequest, Refused
from app.page import context, sentences, session
from app.people.account_pages import administrator, show_passwords
from app.people.blueprint import people
from app.people.current import needs, page_authority
from app.people.permissions import Permission, schools_where
from app.people.school_choice import in_one_school, school_shown
from app.people.staff_drafts import open_draft, open_passwords, seal_draft
from app.people.staff_list import Draft, create_agreed, draft_of
from app.people.staff_sheet import MOST_ROWS, read_sheet
from app.people.staff_workbooks import password_list, staff_list_template
from app.schools.queries import departments_of
from app.sheets.writing import MIMETYPE


@people.get("/tai-khoan/nhap")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def staff_list_page() -> ResponseReturnValue:
    """Ask for a staff list."""
    return _page()


@people.get("/tai-khoan/nhap/mau.xlsx")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def staff_list_form() -> Response:
    """Give the empty staff list with the school's own departments."""
    departments = departments_of(session(), administrator().school.id)
    return _download(staff_list_template([each.name for each in departments]), "danh-sach-nhan-su.xlsx")


@people.post("/tai-khoan/nhap")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def preview_staff_list() -> ResponseReturnValue:
    """Show what a staff list would make, with what is wrong in which cell; nothing is written."""
    try:
        draft = _read_draft()
    except Refused as refusal:
        return _page(refusal=refusal), refusal.status
    return _page(draft), 422 if draft.faulty else 200


@people.post("/tai-khoan/nhap/dong-y")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def create_from_staff_list() -> ResponseReturnValue:
    """Make exactly the accounts that were shown, all or none, and show their passwords once."""
    admin = administrator()
    try:
        agreed = open_draft(_secret(), admin, fields.text(request.form, "draft", SEALED))
        given = create_agreed(session(), admin, agreed)
    except Refused as refusal:
        session().rollback()
        return _page(refusal=refusal), refusal.status
    session().commit()
    return show_passwords(given)


@people.post("/tai-khoan/mat-khau-tam.xlsx")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def download_passwords() -> Response:
    """Give the temporary passwords on the page as a workbook to print."""
    rows = open_passwords(_secret(), administrator(), fields.text(request.form, "sealed", SEALED))
    settings = context().settings
    paper = password_list(rows, f"{settings.base_url}/dang-nhap", settings.temporary_password_days)
    return _download(paper, "mat-khau-tam.xlsx")


def _read_draft() -> Draft:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp danh sách"))
    spool = sent.stream
    file, size = spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files
    table = read_sheet(context().sandbox, file, size)
    return draft_of(session(), administrator(), table)


def _page(draft: Draft | None = None, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    school_shown(schools_where(page_authority(), Permission.KEEP_ACCOUNTS))
    return render_template(
        "people/staff_list.html",
        draft=draft,
        sealed=seal_draft(_secret(), administrator(), draft) if draft and draft.ready else "",
        error=error,
        hint=hint,
        most=MOST_ROWS,
    )


def _secret() -> str:
    return context().settings.secret_key


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
