"""Why an official PDF is no PDF/A, in words for the people of a school, and what helps next time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.pdf.font_programs import MADE_BY_WORD, NAMED_ONLY
from app.pdf.official import NOT_ARCHIVAL
from app.records.models import OfficialFile
from app.text import N_

_OF_WORD = N_(
    "Trong Word: Tệp → Lưu thành → PDF → Tùy chọn → chọn “Tuân thủ ISO 19005-1 (PDF/A)”, "
    "rồi dùng cách ấy cho lần nộp sau."
)
_OF_OTHERS = N_(
    "Bản chính thức vẫn hợp lệ. Lần sau, nếu phần mềm xuất PDF có mục PDF/A hoặc nhúng phông chữ "
    "thì chọn mục ấy."
)
_NO_MATTER = N_("Bản chính thức vẫn hợp lệ; chỉ là không theo chuẩn lưu trữ lâu dài PDF/A.")


_FAMILIES: Mapping[str, str] = {
    "font|CMap|CIDToGIDMap|embedded$|6\\.2\\.11": N_("Không: một phông chữ trong tệp chưa theo chuẩn."),
    "ColorSpace|ICC|OutputIntent|6\\.2\\.[23]|6\\.2\\.4": N_("Không: màu trong tệp chưa theo chuẩn."),
    "Image|inline-image|6\\.2\\.8": N_("Không: một hình trong tệp chưa theo chuẩn."),
    "xmp|XMP|metadata|6\\.6|6\\.7": N_("Không: phần thông tin mô tả của tệp chưa theo chuẩn."),
    "embedded-file|associated-files|Filespec|6\\.8": N_("Không: tệp có phần đính kèm mà PDF/A không nhận."),
    "Annot|Widget|AcroForm|Field|Action|6\\.[345]\\.": N_(
        "Không: ghi chú, liên kết hoặc ô biểu mẫu trong tệp chưa theo chuẩn."
    ),
    "optional-content|OCG|OCProperties|6\\.9": N_("Không: tệp có các lớp hiển thị mà PDF/A không nhận."),
    "content|pattern|shading|text-no-font|ExtGState|Group|resource|d0-d1": N_(
        "Không: cách vẽ trang trong tệp chưa theo chuẩn."
    ),
    "Catalog|Page|Struct|Outline|Dest|Viewer|MarkInfo|NumberTree|NameTree": N_(
        "Không: mục lục hoặc cấu trúc của tệp chưa theo chuẩn."
    ),
}
"""What the check finds, told by the rule's name, in the order of looking."""
_ANYTHING_ELSE = N_("Không: tệp dùng điều mà chuẩn PDF/A không cho phép.")


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
    whole = official.pdfa_reason
    by_word = whole.endswith(MADE_BY_WORD)
    reason, _, fonts = whole.removesuffix(MADE_BY_WORD).partition(NAMED_ONLY)
    hint = _OF_WORD if by_word else _OF_OTHERS
    if fonts:
        return ArchivalNote(N_("Không: phông chữ %(fonts)s không nằm trong tệp."), hint, {"fonts": fonts})
    if reason.startswith(NOT_ARCHIVAL):
        return ArchivalNote(N_("Không: chuyển sang PDF/A sẽ làm trang trông khác đi."), _NO_MATTER)
    return ArchivalNote(_told(reason), hint)


def _told(reason: str) -> str:
    """Return what the check found in words; its own are English, for whoever writes programs."""
    rule = reason.partition(": ")[0]
    return next(
        (said for family, said in _FAMILIES.items() if re.search(family, rule, re.IGNORECASE)), _ANYTHING_ELSE
    )
