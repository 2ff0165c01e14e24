"""A school's own rules on electronic records ("quy chế"), drafted from its settings.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import local_day
from app.papers.paper import Block, Bullets, Heading, OfficialPaper, Signature, Text
from app.regulations import keeping, records
from app.regulations.facts import SchoolFacts, facts_of
from app.schools.letterheads import letterhead_of

_NOTE = "(DỰ THẢO)\n(Ban hành kèm theo Quyết định số ………/QĐ-………\nngày …… tháng …… năm ……… của Hiệu trưởng)"

Article = tuple[str, Iterable[Block]]


def regulations_of(session: Session, school_id: int, year: str, made_at: datetime) -> OfficialPaper:
    """Draft the rules of a school for a school year from its settings at a moment; numbers are left blank."""
    facts = facts_of(session, school_id, year)
    day = local_day(made_at)
    return OfficialPaper(
        letterhead=letterhead_of(session, school_id, day),
        title="QUY CHẾ",
        subject=f"Quản lý và sử dụng hồ sơ, sổ sách điện tử, năm học {year}",
        note=_NOTE,
        made_at=made_at,
        blocks=tuple(_blocks(facts)),
        signatures=(Signature(("HIỆU TRƯỞNG",), facts.principal),),
        recipients=("Cơ quan quản lý trực tiếp (để báo cáo)", "Các tổ, cá nhân (để thực hiện)", "Lưu: VT"),
        code=f"Dự thảo lập ngày {day:%d/%m/%Y}",
    )


def _blocks(facts: SchoolFacts) -> Iterator[Block]:
    number = 0
    for chapter, articles in _chapters(facts):
        yield Heading(chapter, level=1)
        for title, blocks in articles:
            number += 1
            yield Heading(f"Điều {number}. {title}")
            yield from blocks


def _chapters(facts: SchoolFacts) -> list[tuple[str, list[Article]]]:
    return [
        (
            "Chương I\nQUY ĐỊNH CHUNG",
            [
                ("Phạm vi và đối tượng áp dụng", _scope()),
                ("Nguyên tắc", _principles()),
                ("Trách nhiệm", _duties()),
            ],
        ),
        (
            "Chương II\nDANH MỤC, THỜI HẠN, DUYỆT HỒ SƠ",
            [
                ("Danh mục hồ sơ", records.catalogue(facts)),
                ("Thời hạn nộp", records.deadlines(facts)),
                ("Nộp, duyệt và ký duyệt", records.deciding()),
                ("Ủy quyền", records.delegation(facts)),
            ],
        ),
        (
            "Chương III\nKHÓA SỔ, SỬA CHỮA, BÀN GIAO",
            [
                ("Khóa sổ", keeping.locking(facts)),
                ("Sửa chữa hồ sơ đã lưu", keeping.correcting()),
                ("Bàn giao; kế hoạch bài dạy trên máy tính", keeping.leaving()),
            ],
        ),
        (
            "Chương IV\nLƯU TRỮ, CHIA SẺ, BẢO MẬT",
            [
                ("Nơi lưu và cách quản lý tệp", keeping.storing(facts)),
                ("Thời hạn lưu trữ", records.retention(facts)),
                ("Chia sẻ với cơ quan quản lý", keeping.sharing()),
                ("Tài khoản và bảo mật", keeping.accounts(facts)),
            ],
        ),
        ("Chương V\nTỔ CHỨC THỰC HIỆN", [("Hiệu lực thi hành", _coming_into_force())]),
    ]


def _scope() -> Iterator[Block]:
    yield Text(
        "1. Quy chế này quy định việc lập, nộp, duyệt, ký duyệt, khóa, sửa chữa, lưu trữ và chia sẻ hồ sơ, "
        "sổ sách điện tử của nhà trường."
    )
    yield Text("2. Quy chế áp dụng với cán bộ quản lý, giáo viên và nhân viên của nhà trường.")


def _principles() -> Iterator[Block]:
    yield Bullets(
        (
            "Hồ sơ điện tử theo đúng mẫu của hồ sơ giấy, in và đóng tập được khi cần.",
            "Không đặt thêm loại hồ sơ bắt buộc ngoài quy định của điều lệ nhà trường.",
            "Chỉ tệp đã được ký duyệt là bản chính thức; mỗi thay đổi đều để lại dấu vết.",
            "Dữ liệu cá nhân của học sinh, giáo viên được bảo vệ theo quy định của pháp luật.",
        )
    )


def _duties() -> Iterator[Block]:
    yield Bullets(
        (
            "Hiệu trưởng: ký duyệt, quyết định khóa, mở sổ, cho phép sửa chữa, ủy quyền và chia sẻ.",
            "Phó hiệu trưởng: thực hiện theo ủy quyền; xác nhận việc sửa chữa.",
            "Tổ trưởng, tổ phó: đôn đốc, đọc và duyệt hồ sơ của thành viên trong tổ.",
            "Giáo viên: lập, nộp đúng hạn và chịu trách nhiệm về nội dung hồ sơ của mình.",
            "Ban quản trị: quản lý tài khoản, danh mục, khóa sổ theo lệnh, sao lưu và hướng dẫn sử dụng.",
            "Văn thư: nộp hồ sơ của nhà trường, xác nhận thời hạn lưu trữ, lưu các phiếu và biên bản.",
        )
    )


def _coming_into_force() -> Iterator[Block]:
    yield Text("1. Quy chế có hiệu lực kể từ ngày ký và được thực hiện trong năm học ghi tại tên quy chế.")
    yield Text("2. Các tổ, cá nhân phản ánh vướng mắc để hiệu trưởng xem xét, sửa đổi.")
