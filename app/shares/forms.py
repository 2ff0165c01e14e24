"""The form on which a share is given or asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, SelectField
from wtforms.validators import DataRequired, Length, Optional

from app.fields import number_of
from app.people.persons import LONGEST_EMAIL
from app.schools.models import Office, School
from app.shares.steps import Wish


@dataclass(frozen=True)
class Way:
    """A school that could share, and the office it would share with."""

    school: School
    office: Office


class ShareForm(FlaskForm):  # type: ignore[misc]
    """Which school year of which school, for whom in which office, and until when."""

    way = SelectField(_("Trường và đơn vị được xem"))
    year = SelectField(_("Năm học"))
    email = EmailField(
        _("Tài khoản của người xem"),
        validators=[DataRequired(_("Nhập địa chỉ thư.")), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "off"},
    )
    last = DateField(_("Xem được đến hết ngày"), validators=[Optional()])

    def offer(self, ways: Sequence[Way], years: Sequence[str]) -> "ShareForm":
        """Let the form choose among these schools, offices and school years."""
        self.way.choices = [
            (f"{way.school.id}:{way.office.id}", f"{way.school.name} → {way.office.name}") for way in ways
        ]
        self.year.choices = [(year, year) for year in years]
        return self

    def wish(self) -> Wish:
        """Return what the valid form says."""
        school_id, office_id = (number_of(each, "way") for each in cast("str", self.way.data).split(":"))
        return Wish(school_id, office_id, self.email.data or "", cast("str", self.year.data), self.last.data)
