"""What the check page answers: for each verdict its tone, what it means, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.proof.queries import Verdict
from app.text import N_


@dataclass(frozen=True)
class Answer:
    """A verdict in words; `tone` is `good`, `warn` or `bad`."""

    tone: str
    detail: str
    hint: str


ANSWERS: Mapping[Verdict, Answer] = {
    Verdict.OFFICIAL: Answer(
        "good",
        N_("Đúng là tệp đã ký."),
        N_("Tệp trùng từng byte với bản chính thức mang mã này, không bị thay đổi."),
    ),
    Verdict.CERTIFICATE: Answer(
        "good",
        N_("Đúng là phiếu ký duyệt của hồ sơ này."),
        N_("Phiếu đi kèm một tệp đã có chữ ký số; kiểm tra thêm chính tệp đó."),
    ),
    Verdict.APPROVED: Answer(
        "warn",
        N_("Đây là bản đã được duyệt, trước khi đóng dấu."),
        N_("Nội dung đúng là nội dung đã ký. Bản chính thức có thêm dấu duyệt và phiếu ký duyệt."),
    ),
    Verdict.REPLACED: Answer(
        "warn",
        N_("Đây là bản đã ký trước đây, nay đã được thay bằng bản mới."),
        N_("Đề nghị nơi gửi cung cấp bản hiện hành. Trang của mã này nêu ai đã ký từng bản, lúc nào."),
    ),
    Verdict.UNFILED: Answer(
        "warn",
        N_("Tệp này đã đóng dấu, nhưng chưa lưu xong vào cây thư mục."),
        N_("Nhật ký chưa xác nhận tệp này. Kiểm tra lại sau ít phút, khi hồ sơ đã ở trạng thái “Đã lưu”."),
    ),
    Verdict.MISMATCH: Answer(
        "bad",
        N_("Hồ sơ dữ liệu không khớp nhật ký."),
        N_("Chưa thể kết luận về tệp này. Giữ nguyên tệp và báo nhà trường cùng cơ quan quản lý."),
    ),
    Verdict.DIFFERENT: Answer(
        "bad",
        N_("KHÔNG phải tệp đã ký, hoặc tệp đã bị thay đổi."),
        N_("Đừng dùng tệp này làm căn cứ; hãy xin lại bản chính thức. Chỉ lưu lại tệp cũng làm nó thay đổi."),
    ),
    Verdict.UNKNOWN_CODE: Answer(
        "bad",
        N_("Không có hồ sơ đã ký nào mang mã này."),
        N_("Xem lại từng ký tự của mã trên phiếu ký duyệt. Hồ sơ chưa ký duyệt thì chưa có mã để kiểm tra."),
    ),
    Verdict.UNKNOWN_FILE: Answer(
        "bad",
        N_("Không tìm thấy hồ sơ đã ký nào có đúng tệp này."),
        N_("Tệp chưa được ký ở đây, hoặc đã bị thay đổi. Nhập mã trên phiếu ký duyệt để kiểm tra kỹ hơn."),
    ),
}
