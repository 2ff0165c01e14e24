"""Moving opened: what people decide about a school's way from one store to another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.errors import NotFound, NotNow, Refused
from app.moves.again import needs_a_person, queue_move, reconnect, set_going, signed_out_target
from app.moves.connections import tried
from app.moves.models import BEFORE_SWITCH, LIVING, Stage, StoreMove
from app.people.authority import Authority
from app.people.permissions import Permission, may, schools_where
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.accounts import (
    Connection,
    active_store,
    add_store,
    place_of,
    release,
    store_with_part,
)
from app.storage.google_drive.errors import RootGone
from app.storage.models import Part, Provider, StoreAccount
from app.storage.policy import DriveFull, NoRight
from app.stuck.reasons import reason_with
from app.text import N_
from app.tree.models import Folder

_HINTS = {
    DriveFull.code: N_("Dọn bớt hoặc mua thêm dung lượng ở kho mới, rồi bấm “Làm tiếp”."),
    NoRight.code: N_("Chủ thư mục cấp lại quyền sửa cho tài khoản của kho mới, rồi bấm “Làm tiếp”."),
    RootGone.code: N_("Khôi phục thư mục gốc của kho mới từ thùng rác, rồi bấm “Làm tiếp”."),
}
"""What to do about refusals of the new store, whose own hints lead to the page of the present one."""


class SamePlace(Refused):
    """The tree lies there already."""

    code, status = "same_place", 409
    detail = N_("Cây thư mục của trường đang ở chính chỗ này.")
    hint = N_("Chọn một kho, một ổ hoặc một thư mục gốc khác.")


class MovingAlready(Refused):
    """One move after the other."""

    code, status = "moving_already", 409
    detail = N_("Trường đang chuyển kho.")
    hint = N_("Xem tiến độ ở trang Chuyển kho; xong hoặc hủy lần này rồi mới làm tiếp.")


class NotAtThatStage(NotNow):
    """The move has gone on, or is over."""

    detail = N_("Việc chuyển kho đã sang bước khác.")
    hint = N_("Tải lại trang để xem bước hiện tại.")


@dataclass(frozen=True)
class MoveView:
    """One move as the page shows it."""

    move: StoreMove
    school_code: str
    school_name: str
    source: StoreAccount | None
    target: StoreAccount

    @property
    def error(self) -> type[Refused] | None:
        """Why it does not get on, to be translated."""
        of_target = self.target.error_code if self.may_cancel else None
        code = self.move.error_code or of_target
        return reason_with(code) if code else None

    @property
    def hint(self) -> str:
        """What to do about it on the move's own page, to be translated; empty where nothing is wrong."""
        error = self.error
        return _HINTS.get(error.code, error.hint) if error else ""

    @property
    def may_go_on(self) -> bool:
        """Whether it waits until somebody says that it can go on."""
        return self.move.stage in LIVING and (
            self.move.error_code is not None or needs_a_person(self.move, self.target)
        )

    @property
    def may_cancel(self) -> bool:
        """Until the switch nothing depends on the new store."""
        return self.move.stage in BEFORE_SWITCH

    @property
    def may_confirm(self) -> bool:
        """After the switch somebody says that the old store is not needed any more."""
        return self.move.stage == Stage.SWITCHED


def begin_move(context: Context, school_code: str, draft: Connection, actor: str) -> StoreMove:
    """Try the new store, keep it beside the present one, and queue the copying.

    A move under way whose new store has to be connected again takes the credentials and goes on. Goes out
    to the store, outside any transaction. `actor` is a user's id, or empty for the command line. Raises
    what `tried` raises, `MovingAlready` and `SamePlace`.
    """
    signed_out = signed_out_target(context, school_code, draft.provider)
    if signed_out is not None:
        return reconnect(context, school_code, draft, actor, signed_out)
    connection = tried(context, school_code, draft)
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        session.execute(select(School.id).where(School.id == school.id).with_for_update(key_share=True))
        source = active_store(session, school.id)
        if is_moving(session, school.id) or store_with_part(session, school.id, Part.NEXT):
            raise MovingAlready
        if _place(source) == connection.place:
            raise SamePlace
        target = add_store(session, context.stores.vault, school.id, connection, Part.NEXT)
        move = _started(session, school, source, target, actor)
        queue_move(session, school.code, move)
        facts = {"from": source.provider if source else Provider.LOCAL, "to": target.provider}
        append(session, school.code, [Happening("move.begin", actor, str(move.id), facts)])
        return move


def demand_right(session: Session, authority: Authority, school_code: str) -> None:
    """Raise `NotFound` unless the person connects the stores of the school."""
    if not may(authority, Permission.CONNECT_STORE, school_by_code(session, school_code).id):
        raise NotFound


def is_moving(session: Session, school_id: int) -> bool:
    """Tell whether a school is on its way to another store."""
    living = exists().where(StoreMove.school_id == school_id, StoreMove.stage.in_(LIVING))
    return bool(session.scalar(select(living)))


def moves(session: Session, authority: Authority) -> Sequence[MoveView]:
    """List the moves of the schools whose stores the person may connect, the latest first."""
    own = select(StoreMove).where(_of_connectors(authority))
    return [
        MoveView(
            move,
            session.get_one(School, move.school_id).code,
            session.get_one(School, move.school_id).name,
            session.get(StoreAccount, move.from_store_id) if move.from_store_id else None,
            session.get_one(StoreAccount, move.to_store_id),
        )
        for move in session.scalars(own.order_by(StoreMove.id.desc()).limit(20))
    ]


def go_on(session: Session, authority: Authority, move_id: int) -> None:
    """Try a move that got stuck, or whose new store did, again; raises `NotFound` and `NotNow`."""
    move, school = _own(session, authority, move_id)
    target = session.get_one(StoreAccount, move.to_store_id)
    stopped = needs_a_person(move, target)
    if move.stage not in LIVING or not (stopped or move.error_code):
        raise NotAtThatStage
    if stopped:
        release(session, target)
    set_going(session, school, move)
    _note(session, authority, school, move, "move.go_on")


def confirm(session: Session, authority: Authority, move_id: int) -> None:
    """Say that the old store is not needed any more; raises `NotFound` and `NotNow`.

    What was filed about the time of the switch is compared once more before its credentials are let go.
    """
    move, school = _own(session, authority, move_id)
    if move.stage != Stage.SWITCHED:
        raise NotAtThatStage
    move.stage, move.error_code, move.ended_by_id = Stage.CONFIRMING, None, authority.user_id
    queue_move(session, school, move)
    _note(session, authority, school, move, "move.confirm")


def cancel(context: Context, session: Session, authority: Authority, move_id: int) -> None:
    """Stay in the present store; what was copied is left in the other one. Raises `NotFound` and `NotNow`."""
    move, school = _own(session, authority, move_id)
    if move.stage not in BEFORE_SWITCH:
        raise NotAtThatStage
    move.stage, move.ended_at, move.ended_by_id = Stage.CANCELLED, now(), authority.user_id
    target = session.get_one(StoreAccount, move.to_store_id)
    target.part, target.secrets = Part.FORMER, context.stores.vault.lock({})
    _note(session, authority, school, move, "move.cancel")


def _place(source: StoreAccount | None) -> tuple[object, ...]:
    return place_of(source) if source else Connection(Provider.LOCAL).place


def _started(
    session: Session, school: School, source: StoreAccount | None, target: StoreAccount, actor: str
) -> StoreMove:
    made = select(func.count()).where(Folder.school_id == school.id, Folder.made_at.is_not(None))
    move = StoreMove(
        school_id=school.id,
        from_store_id=source.id if source else None,
        to_store_id=target.id,
        stage=Stage.FOLDERS,
        total=session.scalar(made) or 0,
        started_by_id=uuid.UUID(actor) if actor else None,
    )
    session.add(move)
    session.flush()
    return move


def _own(session: Session, authority: Authority, move_id: int) -> tuple[StoreMove, str]:
    row = session.execute(
        select(StoreMove, School.code)
        .join(School, School.id == StoreMove.school_id)
        .where(
            StoreMove.id == move_id,
            _of_connectors(authority),
        )
        .with_for_update(of=StoreMove)
    ).one_or_none()
    if row is None:
        raise NotFound
    move, school = row
    return move, school


def _note(session: Session, authority: Authority, school: str, move: StoreMove, kind: str) -> None:
    happening = Happening(kind, str(authority.user_id), str(move.id), {"stage": move.stage})
    append(session, school, [happening])


def _of_connectors(authority: Authority) -> ColumnElement[bool]:
    return StoreMove.school_id.in_(schools_where(authority, Permission.CONNECT_STORE))
