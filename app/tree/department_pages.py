"""Renaming a department from the school's page, and its folders with it if that is wished."""

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import fields
from app.schools import units
from app.schools.models import School
from app.teaching.unit_pages import changed
from app.text import N_
from app.tree.blueprint import tree
from app.tree.renaming import follow_department


@tree.post("/nha-truong/<school_code>/to/<int(max=2147483647):department_id>")
def rename_department(school_code: str, department_id: int) -> ResponseReturnValue:
    """Rename a department; the form says whether its folders follow."""
    follows = "folders" in request.form

    def rename(db: Session, school: School, by: str) -> None:
        name = fields.text(request.form, "name")
        renamed = units.rename_department(db, school, by, department_id, name)
        if follows:
            follow_department(db, school, by, renamed)

    said = N_("Đã đổi tên tổ. Thư mục của tổ từ năm học này sẽ được đổi tên ngay sau đây.")
    return changed(school_code, rename, said if follows else N_("Đã đổi tên tổ. Thư mục giữ tên cũ."))
