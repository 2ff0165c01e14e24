"""What is wrong with a row of a staff list, what one should look at, and how each is mended."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.account_queries import Account, AccountFilters, Place, list_accounts
from app.people.accounts import Administrator
from app.people.authority import HEADS
from app.people.models import Role, User
from app.people.persons import LONGEST_NAME, Person, is_email
from app.schools.queries import departments_of
from app.sheets.cells import Fault, Row, Table, text_of
from app.text import N_
from app.words import folded

_ROLES = N_(
    "Ghi một hay vài vai trò: Giáo viên, Tổ trưởng, Tổ phó, Hiệu trưởng, Phó hiệu trưởng, Văn thư, "
    "Ban quản trị. Ai không nộp, không duyệt hồ sơ thì bỏ dòng này."
)
_DEPARTMENTS = N_("Ghi một trong các tổ: %(units)s. Tổ chưa có thì thêm ở trang Nhà trường trước.")
_BY_HAND = N_("Danh sách không đổi gì ở người đã có; muốn đổi thì bấm tên người ấy ở trang Tài khoản.")
_ONE_EACH = N_("Các ô trùng: %(cells)s. Sửa cho mỗi người một khác, hoặc bỏ dòng thừa.")

ROLE_WORDS: Mapping[str, Role] = {
    "giao vien": Role.TEACHER,
    "gv": Role.TEACHER,
    "to truong": Role.HEAD,
    "to truong chuyen mon": Role.HEAD,
    "ttcm": Role.HEAD,
    "to pho": Role.DEPUTY_HEAD,
    "to pho chuyen mon": Role.DEPUTY_HEAD,
    "tpcm": Role.DEPUTY_HEAD,
    "hieu truong": Role.PRINCIPAL,
    "pho hieu truong": Role.VICE_PRINCIPAL,
    "van thu": Role.CLERK,
    "quan tri": Role.RECORDS_ADMIN,
    "quan tri ho so": Role.RECORDS_ADMIN,
    "ban quan tri": Role.RECORDS_ADMIN,
    "ban quan tri ho so": Role.RECORDS_ADMIN,
}
"""What schools write for a role, without accents and capitals."""


@dataclass(frozen=True)
class Remark:
    """Something about a cell; `values` fill the sentence, and the one that says how to mend it."""

    cell: str
    sentence: str
    values: Mapping[str, str]
    mend: str = ""


@dataclass(frozen=True)
class Known:
    """What rows are compared with."""

    departments: Mapping[str, int]
    """Ids by folded name and by folded code."""
    department_names: Mapping[int, str]
    own: Mapping[str, Account]
    """The school's accounts by address."""
    taken_emails: frozenset[str]
    """Of accounts anywhere; the draft does not say where."""
    own_names: frozenset[str]
    code_holders: Mapping[str, User]
    """The school's people by folded staff code."""
    cells: Mapping[tuple[str, str], Sequence[str]]
    """Where the list says something: the addresses of cells, by column and folded text."""
    faults: Mapping[str, Fault]
    """By cell, what was wrong with it already in reading."""
    notices: Mapping[str, Fault]
    """By cell, what was changed in reading."""

    @classmethod
    def of(cls, session: Session, admin: Administrator, table: Table) -> "Known":
        """Gather what is known of the school, of the list itself, and of accounts with its addresses."""
        departments = departments_of(session, admin.school.id)
        own = list_accounts(session, admin.school.id, AccountFilters())
        emails = [text_of(row, "email").lower() for row in table.rows]
        return cls(
            departments={folded(each.code): each.id for each in departments}
            | {folded(each.name): each.id for each in departments},
            department_names={each.id: each.name for each in departments},
            own={account.user.email: account for account in own},
            taken_emails=frozenset(session.scalars(select(User.email).where(User.email.in_(emails)))),
            own_names=frozenset(folded(account.user.name) for account in own),
            code_holders={folded(each.user.staff_code): each.user for each in own if each.user.staff_code},
            cells=_cells_by_text(table),
            faults={fault.cell: fault for fault in table.faults},
            notices={notice.cell: notice for notice in table.notices},
        )

    def alike(self, row: Row, column: str) -> Sequence[str]:
        """Return the cells of the list's column that say what the row says; none where it says nothing."""
        said = folded(text_of(row, column))
        return self.cells[column, said] if said else ()


def roles_in(row: Row) -> list[Role]:
    """Return the roles of a row, those that are understood."""
    roles = (ROLE_WORDS.get(folded(word)) for word in _words(text_of(row, "role")))
    return [role for role in roles if role is not None]


def faults_of(row: Row, person: Person, department_id: int | None, known: Known) -> Iterator[Remark]:
    """Give the faults of reading, then our own about the other cells."""
    yield from _read_remarks(row, known.faults)
    ours = (
        *_faults_of_person(row, person, known),
        *_faults_of_code(row, known),
        *_faults_of_place(row, department_id, known),
    )
    for remark in ours:
        if remark.cell not in known.faults:
            yield remark


def doubts_of(row: Row, person: Person, known: Known) -> Iterator[Remark]:
    """Give what was changed in reading, and namesakes."""
    yield from _read_remarks(row, known.notices)
    namesakes = known.alike(row, "name")
    if len(namesakes) > 1:
        yield _remark(
            row,
            "name",
            N_("Danh sách có người trùng tên (các ô %(cells)s)."),
            N_("Kiểm tra có phải hai người khác nhau."),
            cells=", ".join(namesakes),
        )
    elif folded(person.name) in known.own_names:
        yield _remark(
            row,
            "name",
            N_("Trường đã có người trùng tên với địa chỉ thư khác."),
            N_("Nếu là cùng một người thì bỏ dòng này."),
        )


def differences_of(row: Row, places: Iterable[Place], account: Account) -> Iterator[Remark]:
    """Give what the list says otherwise of somebody who is there already; it changes nothing of him."""
    if _says_otherwise(row, set(places), {each.place for each in account.living}):
        yield _remark(row, "role", N_("Tệp ghi vai trò hoặc tổ khác với tài khoản đang có."), _BY_HAND)
    name = text_of(row, "name")
    if name and name.casefold() != account.user.name.casefold():
        yield _remark(
            row, "name", N_("Tài khoản này đang mang tên “%(held)s”."), _BY_HAND, held=account.user.name
        )


def _says_otherwise(row: Row, listed: Collection[Place], held: Collection[Place]) -> bool:
    """Whether roles differ, and departments where the list names one."""
    if text_of(row, "department"):
        return bool(listed) and listed != held
    return bool(listed) and {each.role for each in listed} != {each.role for each in held}


def _cells_by_text(table: Table) -> Mapping[tuple[str, str], Sequence[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in table.rows:
        for column in ("name", "email", "staff_code"):
            if column in row:
                found[column, folded(row[column].text)].append(row[column].address)
    return found


def _read_remarks(row: Row, faults: Mapping[str, Fault]) -> Iterator[Remark]:
    found = [faults[cell.address] for cell in row.values() if cell.address in faults]
    return (Remark(fault.cell, fault.message, fault.values, fault.mend) for fault in found)


def _faults_of_person(row: Row, person: Person, known: Known) -> Iterator[Remark]:
    if not any(letter.isalpha() for letter in person.name) or len(person.name) > LONGEST_NAME:
        yield _remark(
            row,
            "name",
            N_("Thiếu họ và tên, hoặc họ tên không hợp lệ."),
            N_("Ghi đủ họ và tên, hoặc xóa cả dòng nếu thừa."),
        )
    alike = known.alike(row, "email")
    if not is_email(person.email):
        mend = N_("Ghi một địa chỉ đầy đủ, không dấu, như ten@truong.example; đó là tên đăng nhập.")
        yield _remark(row, "email", N_("Địa chỉ thư “%(text)s” không hợp lệ."), mend)
    elif len(alike) > 1:
        sentence = N_("Địa chỉ thư “%(text)s” có ở nhiều dòng.")
        yield _remark(row, "email", sentence, _ONE_EACH, cells=", ".join(alike))
    elif person.email in known.taken_emails:
        mend = N_("Dùng địa chỉ khác; người từ trường khác đến thì báo quản trị hệ thống.")
        yield _remark(row, "email", N_("Địa chỉ thư “%(text)s” thuộc tài khoản ngoài trường."), mend)


def _faults_of_code(row: Row, known: Known) -> Iterator[Remark]:
    alike = known.alike(row, "staff_code")
    holder = known.code_holders.get(folded(text_of(row, "staff_code")))
    if len(alike) > 1:
        sentence = N_("Mã định danh “%(text)s” có ở nhiều dòng.")
        yield _remark(row, "staff_code", sentence, _ONE_EACH, cells=", ".join(alike))
    elif holder is not None:
        yield _remark(
            row,
            "staff_code",
            N_("Mã định danh “%(text)s” đã là của %(holder)s (%(email)s)."),
            N_("Ghi mã khác; nếu là cùng một người thì ghi địa chỉ thư người ấy đang dùng."),
            holder=holder.name,
            email=holder.email,
        )


def _faults_of_place(row: Row, department_id: int | None, known: Known) -> Iterator[Remark]:
    words = _words(text_of(row, "role"))
    units = ", ".join(known.department_names.values())
    if not words:
        yield _remark(row, "role", N_("Thiếu vai trò."), _ROLES)
    for word in words:
        if folded(word) not in ROLE_WORDS:
            yield _remark(row, "role", N_("Không rõ vai trò “%(text)s”."), _ROLES, text=word)
    if text_of(row, "department") and department_id is None:
        yield _remark(row, "department", N_("Trường không có tổ “%(text)s”."), _DEPARTMENTS, units=units)
    elif department_id is None and any(role in HEADS for role in roles_in(row)):
        sentence = N_("Tổ trưởng, tổ phó phải ghi thuộc tổ nào.")
        yield _remark(row, "department", sentence, _DEPARTMENTS, units=units)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace(";", ",").replace("/", ",").split(",") if word.strip()]


def _remark(row: Row, column: str, sentence: str, mend: str, **values: str) -> Remark:
    cell = row.get(column)
    return Remark(cell.address if cell else "", sentence, {"text": text_of(row, column), **values}, mend)
