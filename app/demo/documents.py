"""The documents of the demo's records: papers of the schools' usual forms, whose words are made up."""

from datetime import datetime
from itertools import cycle, islice

from app.clock import VIETNAM, local_day
from app.papers.paper import (
    Block,
    Bullets,
    Column,
    Heading,
    Letterhead,
    OfficialPaper,
    Signature,
    Table,
    Text,
    place_and_date,
)
from app.papers.printing import as_pdf

_GOALS = (
    "Nêu được nội dung chính của bài và lấy được ví dụ gần gũi với cuộc sống.",
    "Vận dụng được kiến thức đã học để giải quyết nhiệm vụ được giao.",
    "Tự tin trình bày ý kiến, biết lắng nghe và góp ý cho bạn.",
    "Chăm chỉ, trung thực, có trách nhiệm với công việc của nhóm.",
)
_STEPS = (
    ("Mở đầu", "Nêu tình huống, giao câu hỏi gợi mở.", "Quan sát, trả lời, nói điều mình đã biết."),
    ("Khám phá", "Hướng dẫn tìm hiểu từng ý, chốt kiến thức.", "Làm việc theo nhóm, ghi kết quả vào phiếu."),
    ("Luyện tập", "Giao bài theo mức độ, giúp đỡ em còn lúng túng.", "Làm bài cá nhân, đổi vở kiểm tra."),
    ("Vận dụng", "Gợi ý việc làm ở nhà cùng gia đình.", "Nêu cách làm, hẹn ngày chia sẻ kết quả."),
)
_TASKS = (
    ("Rà soát việc đã làm trong kỳ trước", "Tuần đầu", "Cả tổ"),
    ("Dự giờ, góp ý theo nghiên cứu bài học", "Hằng tháng", "Tổ trưởng, giáo viên"),
    ("Bồi dưỡng học sinh theo nhu cầu", "Hằng tuần", "Giáo viên"),
    ("Kiểm tra hồ sơ chuyên môn", "Cuối kỳ", "Tổ trưởng"),
    ("Báo cáo kết quả, đề xuất cho kỳ sau", "Cuối kỳ", "Tổ trưởng"),
)


def lesson_plan(school: str, teacher: str, class_name: str, topic: str, week: str, moment: datetime) -> bytes:
    """Return a lesson plan as PDF; the longer the topic's name, the more lessons it has."""
    lessons = 1 + len(topic) % 3
    blocks: list[Block] = [
        Heading("I. Yêu cầu cần đạt"),
        Bullets(_GOALS),
        Heading("II. Đồ dùng dạy học"),
        Text("Giáo viên: tranh ảnh, phiếu học tập, máy chiếu. Học sinh: sách, vở, bảng con, bút màu."),
        Heading("III. Các hoạt động dạy học chủ yếu"),
    ]
    for lesson in range(1, lessons + 1):
        blocks += [Heading(f"Tiết {lesson}"), _steps(lesson)]
    blocks += [Heading("IV. Điều chỉnh sau bài dạy"), Text("…………………………………………………………………………")]
    return _paper(school, teacher, "KẾ HOẠCH BÀI DẠY", f"{topic} – Lớp {class_name}", week, blocks, moment)


def report(school: str, author: str, title: str, period: str, moment: datetime) -> bytes:
    """Return a plan or a book that is no lesson plan, as PDF."""
    blocks: list[Block] = [
        Heading("I. Đặc điểm tình hình"),
        Text("Nền nếp chuyên môn ổn định; thiết bị dạy học đủ dùng; phụ huynh phối hợp tốt với nhà trường."),
        Heading("II. Nội dung công việc"),
        Table((Column("Việc", 3), Column("Thời gian"), Column("Người thực hiện", 1.5)), _TASKS),
        Heading("III. Biện pháp thực hiện"),
        Bullets(tuple(islice(cycle(_GOALS), 5))),
    ]
    return _paper(school, author, title.upper(), "", period, blocks, moment)


def _steps(lesson: int) -> Table:
    columns = (Column("Hoạt động"), Column("Giáo viên", 2), Column("Học sinh", 2))
    return Table(columns, _STEPS if lesson == 1 else _STEPS[1:])


def _paper(
    school: str, author: str, title: str, subject: str, note: str, blocks: list[Block], moment: datetime
) -> bytes:
    return as_pdf(
        OfficialPaper(
            letterhead=Letterhead("", school),
            title=title,
            subject=subject,
            note=note,
            made_at=moment.astimezone(VIETNAM),
            dated=place_and_date("", local_day(moment)),
            blocks=tuple(blocks),
            signatures=(Signature(("NGƯỜI LẬP",), author),),
        )
    )
