"""Forms of the catalogue: a type of the school's own, and how long something is kept."""

from collections.abc import Mapping
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from app import fields
from app.catalogue.models import OwnerKind, PeriodKind, RecordType, SlotFormat
from app.catalogue.own_drafts import LONGEST_CODE, LONGEST_NAME, LONGEST_SHORT_NAME, OwnType
from app.catalogue.retention import LONGEST_BASIS, LONGEST_RETENTION, Retention
from app.catalogue.words import PERIOD_KINDS, WAYS

_MISSING = _("Ô này không được để trống.")
_CODE_FORM = _("Từ 2 đến 10 chữ cái không dấu hoặc chữ số, bắt đầu bằng chữ cái.")
_YEARS_FORM = _("Ghi số năm từ 1 đến %(most)s, hoặc để trống nếu vĩnh viễn.", most=LONGEST_RETENTION)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_("Dài quá %(max)d ký tự."))


class OwnTypeForm(FlaskForm):  # type: ignore[misc]
    """A record type as a school describes it."""

    code = StringField(
        _("Mã"),
        validators=[Regexp(f"^[A-Za-z][A-Za-z0-9]{{1,{LONGEST_CODE - 1}}}$", message=_CODE_FORM)],
        render_kw={"autocomplete": "off", "maxlength": LONGEST_CODE},
    )
    name = StringField(_("Tên hồ sơ"), validators=[DataRequired(_MISSING), _at_most(LONGEST_NAME)])
    short_name = StringField(
        _("Tên thư mục"), validators=[DataRequired(_MISSING), _at_most(LONGEST_SHORT_NAME)]
    )
    way = SelectField(_("Ai nộp, bao nhiêu"))
    period_kind = SelectField(_("Kỳ"))
    years = StringField(
        _("Thời hạn lưu (số năm)"),
        validators=[Regexp(r"^([1-9][0-9]?|100)?$", message=_YEARS_FORM)],
        render_kw={"inputmode": "numeric"},
    )
    basis = StringField(
        _("Căn cứ của thời hạn lưu"), validators=[DataRequired(_MISSING), _at_most(LONGEST_BASIS)]
    )
    paper_required = BooleanField(_("Vẫn cần bản giấy"))
    sensitive = BooleanField(_("Có dữ liệu riêng tư của học sinh: không chia sẻ ra ngoài trường"))
    warned = BooleanField(
        _("Tôi đã đọc: các thông tư không cho phép đặt thêm hồ sơ, sổ sách bắt buộc ngoài điều lệ.")
    )

    def offer(self) -> "OwnTypeForm":
        """Let the form choose among the ways and periods there are, in the reader's words."""
        self.way.choices = [(":".join(way), gettext(words)) for way, words in WAYS.items()]
        self.period_kind.choices = [(kind, gettext(words)) for kind, words in PERIOD_KINDS.items()]
        return self

    def draft(self, code: str) -> OwnType:
        """Return what the valid form says of the type of that code."""
        owner_kind, submitter, slot_format = cast("str", self.way.data).split(":")
        return OwnType(
            code=code,
            name=self.name.data or "",
            short_name=self.short_name.data or "",
            owner_kind=OwnerKind(owner_kind),
            submitter=submitter,
            period_kind=PeriodKind(self.period_kind.data),
            slot_format=SlotFormat(slot_format),
            paper_required=self.paper_required.data,
            sensitive=self.sensitive.data,
            retention=Retention(fields.as_number(self.years.data or ""), self.basis.data or ""),
        )


def as_typed(kept: RecordType) -> Mapping[str, object]:
    """Return what the fields of `OwnTypeForm` show of a type that exists."""
    return {
        "way": f"{kept.owner_kind}:{kept.submitter}:{kept.slot_format}",
        "years": str(kept.retention_years or ""),
        "basis": kept.retention_basis,
    }


def retention_in(sent: Mapping[str, str]) -> Retention:
    """Read how long something is kept, in years or for ever where none are named; raises `InvalidRequest`."""
    return Retention(fields.number_or_none(sent, "years"), fields.text(sent, "basis"))
