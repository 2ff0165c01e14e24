"""The pages of a school's folders."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.page import session
from app.people.current import page_authority
from app.tree import browsing
from app.tree.blueprint import tree
from app.tree.folder_notes import notes_on_folders
from app.tree.renaming import may_rename, rename


@tree.get("/cay-thu-muc/")
def root() -> ResponseReturnValue:
    """Show the school years one may look into."""
    authority = page_authority()
    return render_template(
        "tree/root.html",
        years=browsing.years(session(), authority),
        notes=notes_on_folders(session(), authority),
    )


@tree.get("/cay-thu-muc/<int(max=2147483647):folder_id>")
def folder(folder_id: int) -> ResponseReturnValue:
    """Show what is in a folder."""
    authority = page_authority()
    here = browsing.folder_of(session(), authority, folder_id)
    return render_template(
        "tree/folder.html",
        here=here,
        above=browsing.folders_above(session(), here),
        folders=browsing.folders_in(session(), authority, here),
        files=browsing.files_in(session(), authority, here),
        may_rename=may_rename(authority, here),
    )


@tree.post("/cay-thu-muc/<int(max=2147483647):folder_id>/ten")
def rename_folder(folder_id: int) -> ResponseReturnValue:
    """Give a folder another name."""
    here = browsing.folder_of(session(), page_authority(), folder_id)
    rename(session(), page_authority(), here, fields.text(request.form, "name"))
    session().commit()
    flash(gettext("Đã ghi tên mới; thư mục trong kho sẽ được đổi tên ngay sau đây."))
    return redirect(url_for("tree.folder", folder_id=folder_id))
