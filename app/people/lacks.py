"""What keeps something waiting for nobody, and which appointment would mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.text import N_

_ACCOUNTS, _DELEGATIONS, _HANDOVERS = (
    "people.accounts",
    "people.delegations_page",
    "handovers.handovers_page",
)


class Lack(StrEnum):
    """Whom a record or a correction waits for in vain."""

    HEAD = "head"
    """The department has no head, deputy or delegate who may sign in."""
    OTHER_HEAD = "other_head"
    """Whoever decides in the department is who made the record."""
    PRINCIPAL = "principal"
    """Nobody who may sign in holds the principal's authority."""
    DELEGATION = "delegation"
    """Whoever holds it made the record, or has approved it as a head."""
    CONSENT = "consent"
    """Whoever holds it asked for the correction himself, or it is his own record's."""
    ADMINISTRATOR = "administrator"
    """Nobody but who asked for the correction administers the school's records."""
    LEADER = "leader"
    """Nobody but who asked for it leads the school."""
    THIRD_PERSON = "third_person"
    """Fewer people than parts could confirm the correction."""
    REQUESTER = "requester"
    """Who asked for it has left, and nobody answers for the record since."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong and what to do, with placeholders for the unit."""

    detail: str
    hint: str
    mended_at: tuple[str, ...] = (_ACCOUNTS,)
    """The pages on which it is done, by their endpoints, the first one first."""
    more: tuple[str, ...] = ()
    """Further sentences about this school at this moment."""


ADVICE: Mapping[Lack, Advice] = {
    Lack.HEAD: Advice(
        N_("%(unit)s chưa có tổ trưởng hay tổ phó nào duyệt được."),
        N_("Bổ nhiệm tổ trưởng hoặc tổ phó cho %(unit)s."),
    ),
    Lack.OTHER_HEAD: Advice(
        N_("Ở %(unit)s, người duyệt duy nhất lại là người nộp."),
        N_(
            "Bổ nhiệm thêm tổ trưởng hoặc tổ phó cho %(unit)s,"
            " hoặc tổ trưởng ủy quyền cho một người khác trong tổ."
        ),
        (_ACCOUNTS, _DELEGATIONS),
    ),
    Lack.PRINCIPAL: Advice(
        N_("%(unit)s chưa có hiệu trưởng nào ký duyệt được."),
        N_("Bổ nhiệm hiệu trưởng."),
    ),
    Lack.DELEGATION: Advice(
        N_("Hồ sơ do hiệu trưởng làm hoặc đã duyệt ở tổ cần phó hiệu trưởng được ủy quyền ký duyệt."),
        N_("Hiệu trưởng lập ủy quyền cho một phó hiệu trưởng; trường chưa có thì bổ nhiệm trước."),
        (_DELEGATIONS, _ACCOUNTS),
    ),
    Lack.CONSENT: Advice(
        N_("Đề nghị sửa chữa của hiệu trưởng cần phó hiệu trưởng được ủy quyền trả lời."),
        N_("Hiệu trưởng lập ủy quyền cho một phó hiệu trưởng; trường chưa có thì bổ nhiệm trước."),
        (_DELEGATIONS, _ACCOUNTS),
    ),
    Lack.ADMINISTRATOR: Advice(
        N_("Sửa chữa chưa có quản trị hồ sơ nào, ngoài người đề nghị, để xác nhận."),
        N_("Bổ nhiệm thêm một quản trị hồ sơ."),
    ),
    Lack.LEADER: Advice(
        N_("Sửa chữa chưa có hiệu trưởng hay phó hiệu trưởng nào, ngoài người đề nghị, để xác nhận."),
        N_("Bổ nhiệm thêm một phó hiệu trưởng."),
    ),
    Lack.THIRD_PERSON: Advice(
        N_("Sửa chữa chưa có đủ ba người khác nhau để xác nhận."),
        N_("Bổ nhiệm thêm một quản trị hồ sơ hoặc phó hiệu trưởng: mỗi người chỉ xác nhận một phần."),
    ),
    Lack.REQUESTER: Advice(
        N_("Người đề nghị sửa chữa không còn làm việc ở trường và chưa có ai nhận hồ sơ."),
        N_("Lập bàn giao hồ sơ của người đó cho một người khác."),
        (_HANDOVERS, _ACCOUNTS),
    ),
}
