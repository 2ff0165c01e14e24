"""The articles of a school's rules that say which records there are, when they are due and how they go.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from collections.abc import Iterator

from app.calendar.deadlines import rule_for
from app.calendar.words import in_words
from app.catalogue.models import PeriodKind
from app.catalogue.queries import Entry
from app.catalogue.words import PERIOD_KINDS, WAYS
from app.papers.paper import Align, Block, Bullets, Column, Table, Text
from app.regulations.facts import Lent, SchoolFacts

_NUMBER = Column("STT", 0.5, Align.CENTRE)
_CATALOGUE = (
    _NUMBER,
    Column("Hồ sơ", 2.2),
    Column("Người chịu trách nhiệm", 2),
    Column("Kỳ nộp", 1.1),
    Column("Thời hạn nộp", 2.2),
)
_RETENTION = (
    _NUMBER,
    Column("Hồ sơ", 2.2),
    Column("Thời hạn lưu trữ", 1.3),
    Column("Căn cứ", 2.4),
    Column("Văn thư xác nhận", 1.3),
)
_KINDS = {
    PeriodKind.WEEK: "Hồ sơ hằng tuần",
    PeriodKind.MONTH: "Hồ sơ hằng tháng",
    PeriodKind.TERM: "Hồ sơ từng học kỳ",
    PeriodKind.YEAR: "Hồ sơ cả năm học",
}


def catalogue(facts: SchoolFacts) -> Iterator[Block]:
    """Say which records the school keeps, who answers for them and when they are due."""
    yield Text(f"Trong năm học {facts.year}, nhà trường lập và quản lý {len(facts.entries)} loại hồ sơ:")
    yield Table(_CATALOGUE, [_owed(facts, number, entry) for number, entry in enumerate(facts.entries, 1)])
    if any(entry.record_type.tier == "C" for entry in facts.entries):
        yield Text(
            "Hồ sơ nội bộ do nhà trường tự quyết định không bắt buộc giáo viên làm thêm ngoài quy định của "
            "điều lệ."
        )
    paper = [entry.record_type.name for entry in facts.entries if entry.record_type.paper_required]
    if paper:
        yield Text(f"Những hồ sơ vẫn phải có bản giấy: {'; '.join(paper)}.")


def deadlines(facts: SchoolFacts) -> Iterator[Block]:
    """Say when records are due in general, by how often they are."""
    first, last = facts.calendar.teaching()
    weeks = len(facts.calendar.of_kind(PeriodKind.WEEK))
    yield Text(
        f"1. Năm học {facts.year} có {weeks} tuần, từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}. Nếu danh mục tại "
        "Điều 4 không ghi khác, thời hạn nộp là:"
    )
    yield Bullets(tuple(f"{name}: {_in_general(facts, kind)}." for kind, name in _KINDS.items()))
    yield Text(
        "2. Thời hạn rơi vào ngày nghỉ được chuyển về ngày học liền trước. Hiệu trưởng hoặc tổ trưởng "
        "có thể gia hạn cho từng người, có ghi lý do."
    )


def deciding() -> Iterator[Block]:
    """Say how records are handed in, approved and signed off."""
    yield Text(
        "1. Hồ sơ được nộp bằng tệp PDF, đúng loại, đúng kỳ. Tệp hỏng, có mật khẩu hoặc chứa mã chạy không "
        "được nhận."
    )
    yield Text(
        "2. Hồ sơ của giáo viên do tổ trưởng hoặc tổ phó duyệt, sau đó hiệu trưởng ký duyệt. Hồ sơ của tổ "
        "chuyên môn, của tổ trưởng và của nhà trường do hiệu trưởng ký duyệt. Không ai duyệt hồ sơ của chính "
        "mình."
    )
    yield Text(
        "3. Người duyệt trả lại hồ sơ phải ghi rõ lý do. Người nộp được rút hồ sơ khi chưa có ai duyệt, và "
        "nộp phiên bản mới khi hồ sơ bị trả lại; mọi phiên bản và quyết định đều được giữ lại."
    )
    yield Text("4. Hồ sơ chỉ được đưa vào thư mục của nhà trường sau khi đã ký duyệt.")


def delegation(facts: SchoolFacts) -> Iterator[Block]:
    """Say how authority is lent, and to whom it is at present."""
    yield Text(
        "1. Hiệu trưởng ủy quyền cho phó hiệu trưởng, tổ trưởng ủy quyền cho tổ phó hoặc giáo viên trong tổ, "
        "có ngày bắt đầu, ngày kết thúc và giấy ủy quyền; ủy quyền tự hết hiệu lực khi hết hạn và không được "
        "ủy quyền lại."
    )
    yield Text(
        "2. Người được ủy quyền ghi rõ tư cách khi ký (KT. hoặc TUQ.) và không quyết định hồ sơ của mình."
    )
    if facts.lent:
        yield Text("3. Các ủy quyền đang có hiệu lực:")
        yield Bullets(tuple(_lent(each) for each in facts.lent))


def retention(facts: SchoolFacts) -> Iterator[Block]:
    """Say how long records are kept, and what the clerk has not confirmed yet."""
    yield Text("Thời hạn lưu trữ tính từ khi hồ sơ kết thúc; hết thời hạn, chỉ hủy khi có quyết định:")
    rows = [_kept(number, entry) for number, entry in enumerate(facts.entries, 1)]
    yield Table(_RETENTION, rows)
    if any(entry.confirmed is None for entry in facts.entries):
        yield Text(
            "Thời hạn ghi “chưa xác nhận” là thời hạn dự kiến; văn thư đối chiếu với quy định hiện hành và "
            "xác nhận trước khi ban hành quy chế."
        )


def _owed(facts: SchoolFacts, number: int, entry: Entry) -> tuple[str, ...]:
    kept = entry.record_type
    kind = PeriodKind(kept.period_kind)
    return (
        str(number),
        kept.name,
        WAYS[kept.owner_kind, kept.submitter, kept.slot_format],
        PERIOD_KINDS[kind],
        in_words(rule_for(facts.rules, kept.code, kind)),
    )


def _kept(number: int, entry: Entry) -> tuple[str, ...]:
    years = "Vĩnh viễn" if entry.retention_years is None else f"{entry.retention_years} năm"
    confirmed = "Đã xác nhận" if entry.confirmed else "Chưa xác nhận"
    return str(number), entry.record_type.name, years, entry.retention_basis, confirmed


def _lent(each: Lent) -> str:
    post = f"tổ trưởng {each.department}" if each.department else "hiệu trưởng"
    return f"{each.delegate} ký {each.capacity} {post} {each.giver} đến hết ngày {each.last_day:%d/%m/%Y}."


def _in_general(facts: SchoolFacts, kind: PeriodKind) -> str:
    sentence = in_words(rule_for(facts.rules, "", kind))
    return sentence[:1].lower() + sentence[1:]
