"""What fields of forms are called on our pages, where a refusal names one; programs read the names."""

from collections.abc import Mapping

from app.text import N_

FIELD_NAMES: Mapping[str, str] = {
    "action": N_("Việc"),
    "code": N_("Mã"),
    "comment": N_("Lý do"),
    "day": N_("Ngày"),
    "email": N_("Địa chỉ thư"),
    "file": N_("Tệp"),
    "files": N_("Tệp"),
    "first": N_("Từ ngày"),
    "last": N_("Đến ngày"),
    "name": N_("Họ tên"),
    "ordered": N_("Lệnh của hiệu trưởng"),
    "period": N_("Kỳ"),
    "reason": N_("Lý do"),
    "title": N_("Tên hồ sơ"),
    "until": N_("Đến"),
}
