"""Why an official PDF is no PDF/A, in words for the people of a school, and what helps next time."""

from dataclasses import dataclass, field

from app.pdf.font_programs import NAMED_ONLY
from app.pdf.official import NOT_ARCHIVAL
from app.records.models import OfficialFile
from app.text import N_

_OF_WORD = N_(
    "Trong Word: Tệp → Lưu thành → PDF → Tùy chọn → chọn “Tuân thủ ISO 19005-1 (PDF/A)”, "
    "rồi dùng cách ấy cho lần nộp sau."
)
_NO_MATTER = N_("Bản chính thức vẫn hợp lệ; chỉ là không theo chuẩn lưu trữ lâu dài PDF/A.")


@dataclass(frozen=True)
class ArchivalNote:
    """What is told beside an official that is no PDF/A; both texts are still to be translated."""

    detail: str
    hint: str
    values: dict[str, str] = field(default_factory=dict)


def archival_note(official: OfficialFile | None) -> ArchivalNote | None:
    """Return why an official is no PDF/A and what helps; None where it is one, or is none yet."""
    if official is None or official.pdfa:
        return None
    if official.certificate_blob:
        return ArchivalNote(N_("Không: tệp đã có chữ ký số nên được giữ nguyên từng byte."), _NO_MATTER)
    reason, _, fonts = official.pdfa_reason.partition(NAMED_ONLY)
    if fonts:
        named = N_("Không: phông chữ %(fonts)s không nằm trong tệp.")
        return ArchivalNote(named, _OF_WORD, {"fonts": fonts})
    if reason.startswith(NOT_ARCHIVAL):
        return ArchivalNote(N_("Không: chuyển sang PDF/A sẽ làm trang trông khác đi."), _NO_MATTER)
    detail = N_("Không: tệp dùng điều mà PDF/A không cho phép (%(reason)s).")
    return ArchivalNote(detail, _OF_WORD, {"reason": reason.rstrip("; ")})
