"""The form on which a handover is drawn up."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import cast

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app import fields
from app.bodies import MOST_HOLDINGS
from app.handovers.drawing_up import LONGEST_REASON, Draft
from app.handovers.queries import Colleague

TICKED = "item"
"""The name of the boxes beside records and duties."""


def ticked() -> Sequence[str]:
    """Return the keys of the records and duties that were ticked."""
    return fields.several(request.form, TICKED, MOST_HOLDINGS)


class HandoverForm(FlaskForm):  # type: ignore[misc]
    """To whom, from which day on, why, and whether the giver leaves."""

    taker = SelectField(_("Người nhận"), validators=[DataRequired(_("Chọn người nhận bàn giao."))])
    takes_effect_on = DateField(_("Có hiệu lực từ ngày"), validators=[DataRequired(_("Chọn ngày."))])
    reason = StringField(
        _("Lý do"),
        validators=[
            DataRequired(_("Nhập lý do.")),
            Length(max=LONGEST_REASON, message=_("Dài quá %(max)d ký tự.")),
        ],
    )
    leaves = BooleanField(_("Người giao rời trường: mọi vai trò ở trường kết thúc vào ngày đó"))

    def offer(self, staff: Sequence[Colleague], giver: uuid.UUID) -> "HandoverForm":
        """Let the form choose among those who work in the school, without the giver."""
        others = [(str(each.user_id), each.called) for each in staff if each.user_id != giver]
        self.taker.choices = [("", _("Chọn người nhận…")), *others]
        return self

    def draft(self, giver: uuid.UUID) -> Draft:
        """Return what the valid form says."""
        return Draft(
            from_user_id=giver,
            to_user_id=fields.identity_of(self.taker.data, "taker"),
            takes_effect_on=cast("date", self.takes_effect_on.data),
            reason=self.reason.data or "",
            leaves=bool(self.leaves.data),
            keys=ticked(),
        )
