"""The form on which an office lays a window over its schools."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import Optional

from app.catalogue.models import RecordType
from app.locks.forms import ALL_TYPES, reason_field
from app.locks.windows import CLOSE, MOST_DAYS, OPEN, Window
from app.schools.models import Office


class WindowForm(FlaskForm):  # type: ignore[misc]
    """Which schools of which office, whether they are closed after a term or opened, and when."""

    office = SelectField(_("Đơn vị"), coerce=int)
    kind = SelectField(_("Việc"))
    year = SelectField(_("Năm học"))
    record_type = SelectField(_("Loại hồ sơ"))
    days = IntegerField(_("Đóng sau khi học kỳ kết thúc (số ngày)"), validators=[Optional()])
    opens_on = DateField(_("Mở từ ngày"), validators=[Optional()])
    closes_on = DateField(_("Mở đến hết ngày"), validators=[Optional()])
    reason = reason_field()

    def offer(
        self, offices: Sequence[Office], years: Sequence[str], types: Sequence[RecordType]
    ) -> "WindowForm":
        """Let the form choose among these offices, school years and record types."""
        self.office.choices = [(each.id, each.name) for each in offices]
        self.kind.choices = [(CLOSE, _("Đóng sau học kỳ")), (OPEN, _("Mở lại giữa hai ngày"))]
        self.year.choices = [(each, each) for each in years]
        every = (ALL_TYPES, _("Tất cả loại hồ sơ"))
        self.record_type.choices = [every, *((each.code, each.name) for each in types)]
        self.days.render_kw = {"min": 0, "max": MOST_DAYS, "inputmode": "numeric"}
        return self

    def window(self) -> Window:
        """Return what the valid form says."""
        return Window(
            office_id=self.office.data,
            year=self.year.data,
            kind=self.kind.data,
            reason=self.reason.data or "",
            days=self.days.data,
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            record_type_code=self.record_type.data or None,
        )
