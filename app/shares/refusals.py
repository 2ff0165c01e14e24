"""The ways in which a share is refused."""

from app.errors import Refused
from app.text import N_


class BadShareTerm(Refused):
    """The end of a share is past or too far ahead."""

    code, status = "bad_term", 422
    detail = N_("Ngày hết hạn chia sẻ không hợp lệ.")
    hint = N_("Chọn một ngày từ hôm nay trở đi, không quá một năm; hết hạn thì chia sẻ tiếp được.")


class BadReader(Refused):
    """What was given as the reader's address cannot be one."""

    code, status = "bad_reader", 422
    detail = N_("Địa chỉ thư của người xem không hợp lệ.")
    hint = N_("Ghi địa chỉ của tài khoản Google hoặc Microsoft mà cơ quan dùng, như ten@phong.example.")


class NotOverseeing(Refused):
    """The office does not oversee the school in the way that is asked for."""

    code, status = "not_overseeing", 422
    detail = N_("Không chia sẻ được với đơn vị này.")
    hint = N_(
        "Trường chia sẻ với đơn vị quản lý trực tiếp; đơn vị cấp trên xem được "
        "khi đơn vị quản lý trực tiếp đề nghị và hiệu trưởng đồng ý."
    )


class AlreadyShared(Refused):
    """The person has been given or promised the folder already, or it is just being taken away."""

    code, status = "already_shared", 409
    detail = N_("Địa chỉ này đã có một chia sẻ hoặc đề nghị chưa kết thúc cho năm học đó.")
    hint = N_("Xem danh sách chia sẻ; thu hồi hoặc trả lời đề nghị cũ trước.")


class ShareNotNow(Refused):
    """The share is not in a state that permits it."""

    code, status = "not_now", 409
    detail = N_("Chia sẻ này đang ở bước không cho phép việc đó.")
    hint = N_("Tải lại trang để xem tình trạng hiện tại của chia sẻ.")


class SensitiveInside(Refused):
    """The folder holds records with pupils' sensitive data, so it is not shown to anyone outside."""

    code, status = "sensitive_inside", 409
    detail = N_(
        "Thư mục %(folder)s còn %(count)s hồ sơ có dữ liệu riêng của học sinh nên không chia sẻ được."
    )
    hint = N_(
        "Các hồ sơ này được lưu trước khi có thư mục Hạn chế. Cán bộ vẫn xem được hồ sơ khác "
        "trên trang Cây thư mục; chia sẻ năm học khác không bị ảnh hưởng."
    )


class LinkAbove(Refused):
    """The link was made on a folder above, so it cannot be closed here."""

    code, status = "link_above", 409
    detail = N_("Liên kết này được đặt ở thư mục cấp trên, không gỡ được tại đây.")
    hint = N_("Mở kho lưu trữ bằng tài khoản của trường và tắt liên kết ở thư mục chứa cây hồ sơ.")
