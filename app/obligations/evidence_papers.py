"""The list of evidence as an A4 paper and as a workbook."""

from collections.abc import Sequence
from datetime import datetime

from app.catalogue.periods import vietnamese_label
from app.labels import STATES
from app.obligations.evidence import Proof, by_month
from app.papers.paper import (
    Align,
    Block,
    Column,
    Heading,
    Letterhead,
    OfficialPaper,
    Signature,
    Table,
    Text,
)
from app.schools.letterheads import shown
from app.sheets.writing import Page, SheetColumn, workbook_of

_COLUMNS = (
    Column("STT", 0.5, Align.CENTRE),
    Column("Hồ sơ", 3.2),
    Column("Kỳ", 1.3),
    Column("Nộp lúc", 1.2),
    Column("Tổ duyệt", 1.2),
    Column("Ký duyệt", 1.2),
    Column("Lưu hồ sơ", 1.2),
    Column("SHA-256 của tệp", 2.6),
)
_SHEET = (
    SheetColumn("STT", 6),
    SheetColumn("Loại hồ sơ", 28),
    SheetColumn("Tiêu đề", 40),
    SheetColumn("Kỳ", 14),
    SheetColumn("Lớp", 8),
    SheetColumn("Môn", 16),
    SheetColumn("Bước", 14),
    SheetColumn("Phiên bản", 10),
    SheetColumn("Nộp lúc", 18),
    SheetColumn("Tổ duyệt lúc", 18),
    SheetColumn("Ký duyệt lúc", 18),
    SheetColumn("Lưu lúc", 18),
    SheetColumn("SHA-256 tệp nộp", 66),
    SheetColumn("SHA-256 tệp chính thức", 66),
)
_TITLE = "Minh chứng hồ sơ chuyên môn"


def evidence_paper(
    letterhead: Letterhead, dated: str, name: str, year: str, proofs: Sequence[Proof], made_at: datetime
) -> OfficialPaper:
    """Return the paper that a person hands in with his self-assessment."""
    filed = sum(proof.filed_at is not None for proof in proofs)
    summary = f"Tổng số: {len(proofs)} hồ sơ, trong đó {filed} hồ sơ đã được ký duyệt và lưu."
    return OfficialPaper(
        letterhead=letterhead,
        title=_TITLE.upper(),
        subject=f"{name}, năm học {year}",
        made_at=made_at,
        dated=dated,
        blocks=(Text(summary), *_blocks(proofs)),
        signatures=(Signature(("NGƯỜI LẬP",), name),),
        landscape=True,
    )


def evidence_workbook(proofs: Sequence[Proof]) -> bytes:
    """Return the same list as an XLSX file."""
    rows = [_cells(number, proof) for number, proof in enumerate(proofs, 1)]
    return workbook_of(Page(_TITLE, _SHEET, rows))


def _blocks(proofs: Sequence[Proof]) -> list[Block]:
    blocks: list[Block] = []
    for month, own in by_month(proofs):
        rows = [_row(number, proof) for number, proof in enumerate(own, 1)]
        blocks += [Heading(f"Tháng {month}: {len(own)} hồ sơ"), Table(_COLUMNS, rows)]
    return blocks


def _row(number: int, proof: Proof) -> tuple[str, ...]:
    what = ", ".join(filter(None, (proof.title, proof.class_name, proof.subject)))
    times = (proof.submitted_at, proof.approved_at, proof.signed_off_at, proof.filed_at)
    label = vietnamese_label(proof.period).partition(",")[0]
    return str(number), what, label, *(shown(moment) for moment in times), proof.sha256


def _cells(number: int, proof: Proof) -> list[str | int | datetime | None]:
    return [
        number,
        proof.type_name,
        proof.title,
        vietnamese_label(proof.period).partition(",")[0],
        proof.class_name,
        proof.subject,
        STATES.get(proof.state, proof.state),
        proof.version,
        proof.submitted_at,
        proof.approved_at,
        proof.signed_off_at,
        proof.filed_at,
        proof.sha256,
        proof.official_sha256 or "",
    ]
