"""The gate's refusals: what is wrong with an uploaded file, and how its owner mends it."""

from app.errors import Refused
from app.text import N_


class RefusedFile(Refused):
    """The uploaded file is not taken; nothing of it is kept."""

    status = 422


class NotPdf(RefusedFile):
    """The bytes are of another format, whatever the file's name says."""

    code = "not_pdf"
    detail = N_("Tệp này không phải là PDF.")
    hint = N_(
        "Trong Word: Tệp → Lưu thành (Save As) → chọn kiểu PDF. Máy quét: chọn định dạng PDF khi quét. "
        "Điện thoại: mở ảnh hoặc tài liệu, chọn In → Lưu dưới dạng PDF; đổi đuôi tên tệp thành .pdf là "
        "không đủ."
    )


class EmptyFile(RefusedFile):
    """There is not a single byte."""

    code = "empty_file"
    detail = N_("Tệp rỗng, không có nội dung nào.")
    hint = N_(
        "Mở tệp trên máy để kiểm tra rồi chọn lại; nếu tệp nằm trên ổ đĩa đám mây, tải hẳn về máy trước. "
        "Nếu tệp thật sự rỗng, xuất lại PDF từ Word, máy quét hoặc điện thoại."
    )


class DamagedPdf(RefusedFile):
    """It says that it is a PDF, but it cannot be opened and drawn."""

    code = "damaged_pdf"
    detail = N_("Tệp PDF bị hỏng hoặc chưa tải xuống đủ nên không mở được.")
    hint = N_(
        "Tải lại hoặc chép lại tệp gốc. Trong Word: Tệp → Lưu thành → PDF để xuất lại. "
        "Máy quét hoặc điện thoại: quét lại rồi gửi tệp mới."
    )


class EncryptedPdf(RefusedFile):
    """A password or a certificate protects it, be it only against printing."""

    code = "encrypted_pdf"
    detail = N_("Tệp PDF được đặt mật khẩu hoặc bị khóa quyền (in, sao chép, chỉnh sửa).")
    hint = N_(
        "Trong Word: Lưu thành → PDF → Tùy chọn, bỏ chọn mã hóa bằng mật khẩu. Máy quét: tắt mục PDF bảo "
        "mật. "
        "Chỉ còn tệp PDF: mở bằng mật khẩu trên máy tính hoặc điện thoại, chọn In → Lưu dưới dạng PDF "
        "rồi gửi bản mới."
    )


class ActiveContent(RefusedFile):
    """It can act by itself: scripts, programs, forms that send, media, XFA."""

    code = "active_content"
    detail = N_(
        "Tệp PDF chứa nội dung có thể tự chạy (mã lệnh, gọi chương trình, gửi dữ liệu, âm thanh hoặc phim) "
        "hoặc liên kết mở tệp trên máy, trên mạng nội bộ."
    )
    hint = N_(
        "Mở tệp, chọn In → Lưu dưới dạng PDF (Microsoft Print to PDF) rồi gửi bản mới. Nếu soạn bằng Word: "
        "xóa nút lệnh, macro, phim và âm thanh; liên kết tới tệp hay thư mục thì bấm chuột phải → Xóa siêu "
        "liên kết (liên kết tới trang web, thư, số điện thoại thì giữ được); rồi Tệp → Lưu thành → PDF. Trên "
        "điện thoại: Chia sẻ → In → Lưu thành PDF."
    )


class EmbeddedFiles(RefusedFile):
    """Other files travel inside it."""

    code = "embedded_files"
    detail = N_("Tệp PDF có tệp khác đính kèm bên trong.")
    hint = N_(
        "Mở tệp, chọn In → Lưu dưới dạng PDF để có bản không đính kèm; nội dung của tệp đính kèm nếu cần "
        "thì xuất thành PDF và nộp riêng. Trong Word: xóa đối tượng nhúng rồi Tệp → Lưu thành → PDF."
    )


class NoPages(RefusedFile):
    """It opens, but there is no page in it."""

    code = "no_pages"
    detail = N_("Tệp PDF không có trang nào.")
    hint = N_(
        "Kiểm tra tài liệu gốc rồi xuất lại. Trong Word: Tệp → Lưu thành → PDF → Tùy chọn → Tất cả các "
        "trang. "
        "Máy quét hoặc điện thoại: quét lại và xem trước khi lưu."
    )


class TooManyPages(RefusedFile):
    """It has more pages than the deployment takes."""

    code = "too_many_pages"
    detail = N_("Tệp PDF có %(pages)s trang, nhiều hơn giới hạn %(limit)s trang.")
    hint = N_(
        "Tách tài liệu thành nhiều phần và nộp từng phần. Trong Word: Lưu thành → PDF → Tùy chọn, chọn "
        "khoảng trang. "
        "Máy quét hoặc điện thoại: quét thành nhiều tệp."
    )


class TooComplex(RefusedFile):
    """Opening or drawing it would take more time or memory than any honest document needs."""

    code = "too_complex"
    detail = N_("Tệp PDF quá phức tạp: mở và vẽ các trang tốn quá nhiều thời gian hoặc bộ nhớ.")
    hint = N_(
        "Mở tệp, chọn In → Lưu dưới dạng PDF rồi gửi bản mới. Trong Word: nén ảnh (Nén ảnh, 220 ppi) "
        "trước khi xuất. "
        "Máy quét: quét ở 200–300 dpi. Điện thoại: chụp ở độ phân giải thấp hơn hoặc chia thành nhiều tệp."
    )


class BlankPdf(RefusedFile):
    """Every page is white."""

    code = "blank_pdf"
    detail = N_("Mọi trang của tệp PDF đều trắng.")
    hint = N_(
        "Máy quét: đặt mặt có chữ đúng chiều rồi quét lại. Trong Word: kiểm tra tài liệu có nội dung, "
        "rồi Tệp → "
        "Lưu thành → PDF. Điện thoại: chụp lại, xem trước khi lưu."
    )


class MixedContent(RefusedFile):
    """It is two formats at once, or two readers see different pages in it."""

    code = "mixed_content"
    detail = N_("Tệp PDF hiện ra khác nhau tùy phần mềm đọc, hoặc có lẫn dữ liệu của định dạng khác.")
    hint = N_(
        "Mở tệp, kiểm tra đủ trang, chọn In → Lưu dưới dạng PDF rồi gửi bản mới. Trong Word: Tệp → Lưu "
        "thành → PDF. "
        "Máy quét hoặc điện thoại: quét lại thành một tệp PDF mới."
    )


class MixedSigned(MixedContent):
    """The same of a file that came signed: printing it anew would take its signatures off."""

    detail = N_(
        "Tệp PDF đã ký số có phần hiện ra khác nhau tùy phần mềm đọc, thường là ghi chú, hình vẽ, ô nhập, "
        "ô ký có sẵn hình hoặc lớp ẩn."
    )
    hint = N_(
        "Đừng in lại tệp đã ký vì sẽ mất chữ ký số. Mở bản chưa ký, xóa ghi chú, hình vẽ và ô nhập (hoặc "
        "chọn In → Lưu dưới dạng PDF), rồi ký số lại và gửi bản mới."
    )


BY_CODE: dict[str, type[RefusedFile]] = {
    refusal.code: refusal
    for refusal in (
        NotPdf,
        EmptyFile,
        DamagedPdf,
        EncryptedPdf,
        ActiveContent,
        EmbeddedFiles,
        NoPages,
        TooManyPages,
        TooComplex,
        BlankPdf,
        MixedContent,
    )
}
