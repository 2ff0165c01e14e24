"""The form on which a period is closed."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.catalogue.models import RecordType
from app.locks.locking import LONGEST_REASON, Closing

ALL_TYPES = ""
Groups = dict[str, list[tuple[str, str]]]
"""The choices of a select under their headings."""


def reason_field() -> StringField:
    """Return the field for the reason, which is required."""
    too_long = _("Dài quá %(max)d ký tự.")
    return StringField(
        _("Lý do"), validators=[DataRequired(_("Nhập lý do.")), Length(max=LONGEST_REASON, message=too_long)]
    )


class LockForm(FlaskForm):  # type: ignore[misc]
    """Which period is closed for which records, why, and on whose order."""

    record_type = SelectField(_("Loại hồ sơ"))
    period = SelectField(_("Kỳ khóa"))
    reason = reason_field()
    ordered = StringField(_("Lệnh của hiệu trưởng"), validators=[Length(max=LONGEST_REASON)])

    def offer(self, types: Sequence[RecordType], periods: Groups) -> "LockForm":
        """Let the form choose among these types and periods."""
        every = (ALL_TYPES, _("Tất cả loại hồ sơ"))
        self.record_type.choices = [every, *((each.code, each.name) for each in types)]
        self.period.choices = dict(periods)
        return self

    def closing(self) -> Closing:
        """Return what the valid form says."""
        return Closing(
            period=self.period.data,
            reason=self.reason.data or "",
            record_type_code=self.record_type.data or None,
            ordered=self.ordered.data or "",
        )
