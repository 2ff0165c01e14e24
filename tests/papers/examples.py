"""One paper of each kind the product prints, filled in with the people of a school that does not exist."""

from datetime import UTC, date, datetime

from app.papers.paper import (
    Align,
    Bullets,
    Column,
    Fields,
    Heading,
    Letterhead,
    OfficialPaper,
    Run,
    Signature,
    Table,
    Text,
    numbered,
    place_and_date,
)

MADE_AT = datetime(2026, 11, 20, 7, 3, 27, tzinfo=UTC)
LETTERHEAD = Letterhead("Ủy ban nhân dân xã An Bình", "Trường Tiểu học A")
DATED = place_and_date("An Bình", date(2026, 11, 20))
HASH = "9f86d081 884c7d65 9a2feaa0 c55ad015 a3bf4f1b 2b0b822c d15d6c15 b0f00a08"
NUMBER = Column("STT", 0.5, Align.CENTRE)


def correction_slip() -> OfficialPaper:
    mark = "Đã xác nhận từ tài khoản của mình\nlúc 14:03 ngày 20/11/2026"
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="PHIẾU SỬA CHỮA DỮ LIỆU",
        subject="Sổ theo dõi và đánh giá học sinh, lớp 4A, học kỳ I năm học 2026-2027",
        number=numbered(3, "PSC-THA"),
        dated=DATED,
        made_at=MADE_AT,
        blocks=(
            Heading("I. Hồ sơ và người đề nghị"),
            Fields(
                (
                    ("Hồ sơ", "Sổ theo dõi và đánh giá học sinh"),
                    ("Mã hồ sơ", "THA-2026-000123"),
                    ("Người đề nghị", "Nguyễn Thị Giáo Viên"),
                    ("Ngày đề nghị", "18/11/2026 08:15"),
                    ("Đơn vị", ""),
                    (
                        "Lý do",
                        "Nhập nhầm điểm kiểm tra cuối kỳ của hai học sinh do đối chiếu sai dòng; đã so lại.",
                    ),
                )
            ),
            Heading("II. Nội dung thay đổi"),
            Table(
                columns=(
                    NUMBER,
                    Column("Nội dung", 2),
                    Column("Trước khi sửa", 2.4),
                    Column("Sau khi sửa", 2.4),
                ),
                rows=(
                    ("1", "Phiên bản", "Lần nộp thứ 1", "Lần nộp thứ 2"),
                    ("2", "Thời điểm", "05/01/2027 16:40:02", "20/11/2026 14:02:11"),
                    ("3", "Số trang", "12", "12"),
                    ("4", "Mã băm SHA-256", HASH, HASH[::-1]),
                ),
            ),
            Heading("III. Quá trình"),
            Bullets(
                (
                    "18/11/2026 08:15: người đề nghị gửi yêu cầu.",
                    (
                        Run("19/11/2026 09:30: hiệu trưởng "),
                        Run("đồng ý", bold=True),
                        Run(", mở đến hết 21/11/2026."),
                    ),
                    "20/11/2026 14:03: đủ ba xác nhận, hồ sơ đóng lại.",
                )
            ),
        ),
        signatures=(
            Signature(("NGƯỜI ĐỀ NGHỊ",), "Nguyễn Thị Giáo Viên", mark=mark),
            Signature(("NGƯỜI CHỨNG KIẾN",), "Trần Văn Quản Trị", mark=mark),
            Signature(("KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"), "Lê Thị Phó", mark=mark),
        ),
        code=f"THA-PSC-2026-0003 · {HASH[:8]}",
    )


def correction_summary() -> OfficialPaper:
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="TỔNG HỢP SỬA CHỮA DỮ LIỆU",
        subject="Học kỳ I, năm học 2026-2027",
        dated=DATED,
        made_at=MADE_AT,
        landscape=True,
        blocks=(
            Table(
                columns=(
                    NUMBER,
                    Column("Ngày sửa", 1.1, Align.CENTRE),
                    Column("Người đề nghị", 2),
                    Column("Hồ sơ", 3),
                    Column("Lý do", 3),
                    Column("Người đồng ý", 2),
                    Column("Số phiếu", 1.1),
                ),
                rows=tuple(
                    (
                        str(number),
                        "20/11/2026",
                        "Nguyễn Thị Giáo Viên",
                        "Sổ theo dõi và đánh giá học sinh, lớp 4A",
                        "Nhập nhầm điểm kiểm tra cuối kỳ của hai học sinh",
                        "Lê Thị Phó",
                        f"{number:02d}/PSC",
                    )
                    for number in range(1, 25)
                ),
            ),
            Text("Tổng số: 24 lần sửa chữa, trong đó 24 lần có đủ ba xác nhận."),
        ),
        signatures=(
            Signature(("NGƯỜI LẬP BẢNG",), "Phạm Văn Thư"),
            Signature(("HIỆU TRƯỞNG",), "Hoàng Thị Trưởng"),
        ),
        code="THA-THSC-2026-HK1",
    )


def evidence_list(rows: int = 40) -> OfficialPaper:
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="DANH MỤC MINH CHỨNG",
        subject="Hồ sơ chuyên môn của giáo viên Nguyễn Thị Giáo Viên, tháng 11 năm 2026",
        dated=DATED,
        made_at=MADE_AT,
        blocks=(
            Fields(
                (("Giáo viên", "Nguyễn Thị Giáo Viên"), ("Tổ chuyên môn", "Tổ 4-5"), ("Năm học", "2026-2027"))
            ),
            Table(
                columns=(
                    NUMBER,
                    Column("Hồ sơ", 3),
                    Column("Thời gian", 1.3),
                    Column("Hạn nộp", 1.2, Align.CENTRE),
                    Column("Ngày nộp", 1.2, Align.CENTRE),
                    Column("Ngày duyệt", 1.2, Align.CENTRE),
                    Column("Trang", 0.7, Align.RIGHT),
                    Column("Kết quả", 1.2),
                ),
                rows=tuple(
                    (
                        str(number),
                        f"Kế hoạch bài dạy môn Toán lớp 4A, bài {number}: Phép nhân với số có hai chữ số",
                        f"Tuần {number % 35 + 1}",
                        "06/11/2026",
                        "05/11/2026",
                        "07/11/2026",
                        str(number % 17 + 3),
                        "Đúng hạn" if number % 5 else "Trễ 2 ngày",
                    )
                    for number in range(1, rows + 1)
                ),
            ),
        ),
        signatures=(
            Signature(("NGƯỜI LẬP",), "Nguyễn Thị Giáo Viên"),
            Signature(("TỔ TRƯỞNG CHUYÊN MÔN",), "Vũ Thị Tổ Trưởng"),
        ),
        code="THA-MC-2026-11",
    )


def handover_minutes() -> OfficialPaper:
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="BIÊN BẢN",
        subject="Bàn giao hồ sơ, sổ sách khi chuyển công tác",
        number=numbered(7, "BB-THA"),
        dated=DATED,
        made_at=MADE_AT,
        blocks=(
            Text("Hôm nay, ngày 20 tháng 11 năm 2026, tại Trường Tiểu học A, chúng tôi gồm:"),
            Heading("I. Thành phần"),
            Fields(
                (
                    ("Bên giao", "Nguyễn Thị Giáo Viên, giáo viên Tổ 4-5"),
                    ("Bên nhận", "Đặng Thị Kế Nhiệm, giáo viên Tổ 4-5"),
                    ("Người chứng kiến", "Vũ Thị Tổ Trưởng, tổ trưởng Tổ 4-5"),
                )
            ),
            Heading("II. Nội dung bàn giao"),
            Table(
                columns=(
                    NUMBER,
                    Column("Tên hồ sơ", 3.4),
                    Column("Lớp, môn", 1.6),
                    Column("Số lượng", 0.9, Align.RIGHT),
                    Column("Tình trạng", 1.8),
                ),
                rows=(
                    ("1", "Kế hoạch bài dạy, tuần 1 đến tuần 11", "4A, Toán", "11", "Đã lưu"),
                    ("2", "Sổ chủ nhiệm", "4A", "1", "Đang dùng"),
                    ("3", "Kế hoạch bài dạy, tuần 12", "4A, Toán", "1", "Chờ tổ trưởng duyệt"),
                ),
            ),
            Heading("III. Hồ sơ còn thiếu"),
            Table((NUMBER, Column("Tên hồ sơ", 4)), ()),
            Heading("IV. Cam kết"),
            Text(
                "Bên giao đã giao đủ, bên nhận đã nhận đủ các hồ sơ nêu trên và chịu trách nhiệm từ khi ký "
                "biên bản. Biên bản được lập thành 03 bản, mỗi bên giữ 01 bản, văn thư lưu 01 bản."
            ),
        ),
        signatures=(
            Signature(("BÊN GIAO",), "Nguyễn Thị Giáo Viên"),
            Signature(("BÊN NHẬN",), "Đặng Thị Kế Nhiệm"),
            Signature(("HIỆU TRƯỞNG",), "Hoàng Thị Trưởng"),
        ),
        recipients=("Bên giao, bên nhận", "Lưu: VT"),
        code="THA-BG-2026-0007",
    )


def laptop_list() -> OfficialPaper:
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="DANH SÁCH",
        subject="Giáo viên được sử dụng kế hoạch bài dạy trên máy tính, năm học 2026-2027",
        number=numbered(12, "DS-THA"),
        dated=DATED,
        made_at=MADE_AT,
        blocks=(
            Table(
                columns=(
                    NUMBER,
                    Column("Họ và tên", 2),
                    Column("Tổ chuyên môn", 1.3),
                    Column("Môn, lớp", 1.6),
                    Column("Từ ngày", 1.1, Align.CENTRE),
                    Column("Đến ngày", 1.1, Align.CENTRE),
                ),
                rows=tuple(
                    (str(number), f"Giáo Viên Thứ {number}", "Tổ 4-5", "Toán, 4A", "05/9/2026", "31/5/2027")
                    for number in range(1, 13)
                ),
            ),
            Text("Danh sách có 12 giáo viên."),
        ),
        signatures=(Signature(("HIỆU TRƯỞNG",), "Hoàng Thị Trưởng"),),
        recipients=("Các tổ chuyên môn (để thực hiện)", "Giáo viên có tên tại danh sách", "Lưu: VT"),
        code="THA-DSMT-2026",
    )


def school_rules() -> OfficialPaper:
    return OfficialPaper(
        letterhead=LETTERHEAD,
        title="QUY CHẾ",
        subject="Quản lý và sử dụng hồ sơ, sổ sách điện tử, năm học 2026-2027",
        note="(Ban hành kèm theo Quyết định số ……/QĐ-THA\nngày …… tháng …… năm 2026 của Hiệu trưởng)",
        made_at=MADE_AT,
        blocks=(
            Heading("Chương I\nQUY ĐỊNH CHUNG", level=1),
            Heading("Điều 1. Phạm vi và đối tượng áp dụng"),
            Text(
                "1. Quy chế này quy định việc lập, nộp, duyệt, ký duyệt, lưu và khóa hồ sơ, sổ sách điện tử "
                "của nhà trường."
            ),
            Text("2. Quy chế áp dụng với cán bộ quản lý, giáo viên và nhân viên của nhà trường."),
            Heading("Điều 2. Nguyên tắc"),
            Bullets(
                (
                    "Hồ sơ chỉ được đưa vào thư mục của trường sau khi đã được duyệt và ký duyệt.",
                    "Mỗi người chịu trách nhiệm về tài khoản của mình; không ai duyệt hồ sơ của chính mình.",
                    (
                        Run("Thời hạn nộp: ", bold=True),
                        Run("theo phụ lục; "),
                        Run("trễ hạn được nhắc qua thư", italic=True),
                    ),
                )
            ),
            Heading("Chương II\nHỒ SƠ VÀ THỜI HẠN", level=1),
            Heading("Điều 3. Danh mục hồ sơ"),
            Table(
                columns=(
                    NUMBER,
                    Column("Hồ sơ", 2.6),
                    Column("Người chịu trách nhiệm", 1.8),
                    Column("Thời hạn nộp", 2),
                    Column("Khóa", 1.6),
                ),
                rows=(
                    ("1", "Kế hoạch bài dạy", "Giáo viên", "17:00, hai ngày trước tuần dạy", "Cuối học kỳ"),
                    ("2", "Sổ chủ nhiệm", "Giáo viên chủ nhiệm", "Ngày 5 đến 10 hằng tháng", "Cuối năm học"),
                    ("3", "Kế hoạch tổ chuyên môn", "Tổ trưởng", "10 ngày sau khai giảng", "Cuối năm học"),
                )
                * 8,
            ),
            Heading("Điều 4. Tổ chức thực hiện"),
            Text(
                "Quy chế có hiệu lực kể từ ngày ký. Trong quá trình thực hiện nếu có vướng mắc, các tổ báo "
                "cáo hiệu trưởng."
            ),
        ),
        signatures=(Signature(("HIỆU TRƯỞNG",), "Hoàng Thị Trưởng"),),
        recipients=(
            "Ủy ban nhân dân xã (để báo cáo)",
            "Các tổ chuyên môn, tổ văn phòng (để thực hiện)",
            "Lưu: VT",
        ),
        code="THA-QC-2026 · dự thảo lập ngày 20/11/2026",
    )


ALL = {
    make.__name__: make
    for make in (
        correction_slip,
        correction_summary,
        evidence_list,
        handover_minutes,
        laptop_list,
        school_rules,
    )
}
