"""The articles of a school's rules about locks, corrections, storage, sharing and accounts.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from collections.abc import Iterator

from app.catalogue.periods import vietnamese_label
from app.corrections.deciding import LONGEST
from app.locks.models import Lock
from app.locks.queries import WindowView
from app.locks.windows import CLOSE
from app.papers.paper import Block, Bullets, Text
from app.people.guessing import MOST_PER_ACCOUNT, WINDOW
from app.people.passwords import SHORTEST
from app.regulations.facts import SchoolFacts
from app.storage.models import Provider

_STORES = {
    Provider.LOCAL: "máy chủ của nhà trường",
    Provider.GOOGLE: "Google Drive bằng tài khoản của nhà trường",
    Provider.MICROSOFT: "OneDrive hoặc SharePoint bằng tài khoản của nhà trường",
}


def locking(facts: SchoolFacts) -> Iterator[Block]:
    """Say who locks, what a lock does, and what is locked at present."""
    yield Text(
        "1. Hiệu trưởng quyết định khóa, mở sổ theo loại hồ sơ và theo kỳ (tháng, học kỳ, năm học); ban quản "
        "trị và văn thư khóa, mở theo lệnh của hiệu trưởng. Mỗi lần khóa đều ghi lý do."
    )
    yield Text("2. Kỳ đã khóa không nhận hồ sơ, phiên bản mới, quyết định duyệt hoặc rút hồ sơ.")
    if facts.windows:
        yield Text("3. Lịch đóng, mở sổ của cơ quan quản lý:")
        yield Bullets(tuple(_window(facts, view) for view in facts.windows))
    if facts.locks:
        yield Text(f"{4 if facts.windows else 3}. Các kỳ đang khóa khi lập dự thảo này:")
        yield Bullets(tuple(_lock(facts, each) for each in facts.locks))


def correcting() -> Iterator[Block]:
    """Say how what was filed is corrected, as the provinces' rules on electronic books have it."""
    yield Text("Hồ sơ đã lưu chỉ được sửa theo trình tự sau:")
    yield Bullets(
        (
            "Người làm sai gửi đề nghị, ghi rõ lý do.",
            f"Hiệu trưởng đồng ý trên hệ thống; chỉ một hồ sơ được mở, không quá {LONGEST.days} ngày.",
            "Ba người xác nhận từ tài khoản của mình: người đề nghị, ban giám hiệu, ban quản trị.",
            "Hồ sơ tự đóng lại khi đủ xác nhận hoặc hết thời hạn; bản cũ được giữ nguyên.",
            "Phiếu sửa chữa dữ liệu được in và lưu; cuối học kỳ lập bảng tổng hợp sửa chữa.",
        )
    )


def storing(facts: SchoolFacts) -> Iterator[Block]:
    """Say where the files are and how they are watched."""
    yield Text(
        f"1. Hồ sơ đã ký duyệt được lưu tại {_STORES[facts.provider]}, trong cây thư mục theo năm học, tổ "
        "chuyên môn và loại hồ sơ, dạng tệp PDF kèm phiếu ký duyệt."
    )
    yield Text(
        "2. Hệ thống ghi mã băm của từng tệp, đối chiếu tệp trong kho với bản đã ký và báo cho nhà trường "
        "khi có thay đổi. Không ai sửa, xóa tệp trực tiếp trong thư mục."
    )
    yield Text("3. Hồ sơ điện tử được in, đóng tập khi cần; việc sao lưu do ban quản trị thực hiện định kỳ.")


def sharing() -> Iterator[Block]:
    """Say who outside the school may look, and how."""
    yield Text(
        "1. Cơ quan quản lý được xem thư mục của năm học khi hiệu trưởng hoặc ban quản trị chia sẻ: chỉ đọc, "
        "cho từng người, có thời hạn; mỗi lần chia sẻ đều được ghi sổ."
    )
    yield Text("2. Hồ sơ chứa dữ liệu nhạy cảm của học sinh không được chia sẻ ra ngoài nhà trường.")


def accounts(facts: SchoolFacts) -> Iterator[Block]:
    """Say what everybody owes to his account."""
    minutes = int(WINDOW.total_seconds() // 60)
    named = f" gồm: {', '.join(facts.administrators)}" if facts.administrators else ""
    yield Text(f"1. Ban quản trị hồ sơ{named}; cấp, khóa tài khoản và phân quyền theo nhiệm vụ được giao.")
    yield Text(
        f"2. Mỗi người một tài khoản, tự chịu trách nhiệm về việc làm từ tài khoản của mình, không cho người "
        f"khác dùng. Mật khẩu có ít nhất {SHORTEST} ký tự, gồm chữ thường, chữ hoa, chữ số và ký tự đặc "
        f"biệt; nơi nào đăng nhập sai {MOST_PER_ACCOUNT} lần trong {minutes} phút thì phải chờ."
    )
    yield Text("3. Mọi thao tác với hồ sơ và tài khoản được ghi vào nhật ký không sửa, xóa được.")


def leaving() -> Iterator[Block]:
    """Say what is handed over by whom who leaves or gives up a duty."""
    yield Text(
        "1. Người chuyển công tác, nghỉ việc hoặc thôi nhiệm vụ phải bàn giao toàn bộ hồ sơ đang giữ; hai "
        "bên xác nhận từ tài khoản của mình và nhà trường lưu biên bản bàn giao."
    )
    yield Text(
        "2. Giáo viên được dùng kế hoạch bài dạy trên máy tính khi có máy tính mang đến lớp, sử dụng thành "
        "thạo, tự nguyện đăng ký và được hiệu trưởng cho phép trong từng năm học."
    )


def _window(facts: SchoolFacts, view: WindowView) -> str:
    window = view.window
    what = _type(facts, window.record_type_code)
    if window.kind == CLOSE:
        return f"{view.office}: đóng {what} sau khi học kỳ kết thúc {window.days} ngày."
    return f"{view.office}: mở lại {what} từ {window.opens_on:%d/%m/%Y} đến hết {window.closes_on:%d/%m/%Y}."


def _lock(facts: SchoolFacts, lock: Lock) -> str:
    return f"{vietnamese_label(lock.period)}: {_type(facts, lock.record_type_code)}. Lý do: {lock.reason}."


def _type(facts: SchoolFacts, code: str | None) -> str:
    return "mọi loại hồ sơ" if code is None else facts.names.get(code, code)
