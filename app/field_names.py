"""What fields of forms are called on our pages, where a refusal names one; programs read the names."""

from collections.abc import Mapping

from app.text import N_

FIELD_NAMES: Mapping[str, str] = {
    "action": N_("Việc"),
    "after": N_("Chỗ tiếp theo của danh sách"),
    "class": N_("Lớp"),
    "code": N_("Mã"),
    "comment": N_("Lý do"),
    "day": N_("Ngày"),
    "department": N_("Tổ"),
    "email": N_("Địa chỉ thư"),
    "file": N_("Tệp"),
    "files": N_("Tệp"),
    "first": N_("Từ ngày"),
    "from": N_("Chỗ tiếp theo của danh sách"),
    "item": N_("Hồ sơ đã chọn"),
    "last": N_("Đến ngày"),
    "name": N_("Họ tên"),
    "ordered": N_("Lệnh của hiệu trưởng"),
    "page": N_("Trang"),
    "period": N_("Kỳ"),
    "q": N_("Từ khóa"),
    "reason": N_("Lý do"),
    "record_type": N_("Loại hồ sơ"),
    "request": N_("Đề nghị đã chọn"),
    "role": N_("Vai trò"),
    "school": N_("Trường"),
    "state": N_("Tình trạng"),
    "status": N_("Tình trạng"),
    "subject": N_("Môn"),
    "title": N_("Tên hồ sơ"),
    "until": N_("Đến"),
    "version": N_("Phiên bản"),
    "year": N_("Năm học"),
}
