"""Finding the colleague whom a cell means: by staff code, else by address, else by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.sheets.cells import Cell, Fault
from app.teaching.queries import Colleague
from app.text import N_
from app.words import called, folded

_NAME_AND_CODE = re.compile(r"(?P<name>.+?)\s*\((?P<code>[^()]+)\)")


@dataclass(frozen=True)
class Staff:
    """A school's people by what lists call them."""

    by_code: Mapping[str, Sequence[Colleague]]
    """Who comes from another school brings a code that somebody here may have, too."""
    by_email: Mapping[str, Colleague]
    by_name: Mapping[str, Sequence[Colleague]]

    @classmethod
    def of(cls, colleagues: Iterable[Colleague]) -> "Staff":
        """Sort people so that lists can be compared with them."""
        by_name: dict[str, list[Colleague]] = defaultdict(list)
        by_code: dict[str, list[Colleague]] = defaultdict(list)
        by_email = {}
        for each in colleagues:
            by_name[folded(each.name)].append(each)
            by_email[each.email] = each
            if each.staff_code:
                by_code[folded(each.staff_code)].append(each)
        return cls(by_code, by_email, by_name)

    def find(self, name: Cell, code: Cell | None = None, email: Cell | None = None) -> Colleague | Fault:
        """Return who is meant, or the fault that names the cell and how to mend it."""
        if code is not None and code.text:
            return self._coded(code)
        if email is not None and email.text:
            return self.by_email.get(email.text.lower()) or email.fault(
                N_("Trường không có ai dùng địa chỉ thư “%(text)s”."),
                N_("Sửa địa chỉ theo trang Tài khoản, hoặc để trống để tìm theo tên."),
            )
        return self._named(name)

    def _coded(self, cell: Cell) -> Colleague | Fault:
        meant = self.by_code.get(folded(cell.text), ())
        if len(meant) == 1:
            return meant[0]
        if meant:
            return cell.fault(
                N_("Có %(count)s người mang mã “%(text)s”: %(people)s."),
                N_("Để trống mã và ghi địa chỉ thư, hoặc ghi họ tên."),
                count=str(len(meant)),
                people="; ".join(f"{each.name} {each.email}" for each in meant),
            )
        return cell.fault(
            N_("Trường không có ai mang mã “%(text)s”."),
            N_("Sửa mã theo trang Tài khoản, hoặc để trống mã để tìm theo tên."),
        )

    def _named(self, cell: Cell) -> Colleague | Fault:
        if not cell.text:
            return cell.fault(
                N_("Ô này không được để trống."), N_("Ghi họ tên giáo viên như trên trang Tài khoản.")
            )
        marked = self._marked(cell.text)
        if marked is not None:
            return marked
        found = self.by_name.get(folded(cell.text), ())
        exact = [each for each in found if each.name.casefold() == cell.text.casefold()]
        meant = exact or found
        if len(meant) == 1:
            return meant[0]
        if not meant:
            return cell.fault(
                N_("Trường không có ai tên “%(text)s”."),
                N_("Sửa tên cho đúng với trang Tài khoản, hoặc thêm người này vào trường trước."),
            )
        return cell.fault(
            N_("Có %(count)s người cùng tên “%(text)s”: %(people)s."),
            N_("Ghi thêm mã vào ô, như “%(example)s”, hoặc thêm cột Mã giáo viên hay Địa chỉ thư."),
            count=str(len(meant)),
            people="; ".join(f"{each.staff_code} {each.email}".strip() for each in meant),
            example=called(cell.text, meant[0].staff_code or "GV01"),
        )

    def _marked(self, text: str) -> Colleague | None:
        """Find whom a name with a staff code in brackets means: both must be right."""
        parts = _NAME_AND_CODE.fullmatch(text)
        if parts is None:
            return None
        coded = self.by_code.get(folded(parts["code"]), ())
        found = [each for each in coded if folded(each.name) == folded(parts["name"])]
        return found[0] if len(found) == 1 else None
