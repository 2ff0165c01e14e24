"""Something of each kind that a job can be about, in school A or an office above it."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from inspect import Parameter, signature
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.approvals.models import StandstillNoticed
from app.clock import today
from app.context import Context
from app.corrections.models import Correction, CorrectionState
from app.db import now
from app.drift.models import Finding, Kind, Standing
from app.handovers.models import Handover
from app.locks.models import Lock, OfficeWindow
from app.moves.models import StoreMove
from app.people.models import AccountRequest, Invitation, RequestKind
from app.records.models import Record
from app.schools.models import Office
from app.shares.models import Share, ShareState
from app.storage.models import Part, Provider, StoreAccount, StoreState
from app.tree.models import Folder
from tests.handing_in import hand_in

Cast = Any
Arguments = dict[str, str | int]


def planted(context: Context, cast: Cast, content: bytes) -> Arguments:
    """Plant one of each, leave the queue empty, and return the arguments that jobs about them have."""
    record = hand_in(context, cast.teacher, content).record
    with context.database.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        office_id = session.scalars(select(Office.id).where(Office.code == "phong")).one()
        rows = _about_stores(session, record, office_id) | _about_people(cast, record, office_id)
        session.add_all(rows.values())
        session.flush()
        numbers: Arguments = {name: row.id for name, row in rows.items()}
    return {
        **numbers,
        "record_id": str(record.id),
        "version": 1,
        "school_code": "truong-a",
        "school_id": record.school_id,
        "office_id": office_id,
        "request_ids": f"{numbers.pop('request_id')},9999",
        "user_id": str(cast.clerk.user_id),
        "person_id": str(cast.teacher.user_id),
        "by_id": str(cast.principal.user_id),
        "readers": "mot@phong.example",
        "after": "",
        "after_school": 0,
        "path": "Một/Hai",
        "grant_id": "anyone",
        "step": "set",
        "stop": "posts",
        "outcome": "",
        "year": "2026-2027",
        "day": today().isoformat(),
        "at": now().isoformat(),
        "number": 1,
        "deployment": 1,
    }


def arguments_of(function: Callable[..., None], planted: Mapping[str, str | int]) -> Arguments:
    """Return what a job of this function is deferred with, without what it may leave out."""
    asked = list(signature(function).parameters.values())[1:]
    return {each.name: planted[each.name] for each in asked if each.default is Parameter.empty}


def _about_stores(session: Session, record: Record, office_id: int) -> dict[str, Any]:
    school = {"school_id": record.school_id}
    folder = Folder(**school, key="2020-2021", name="2020-2021", path="2020-2021")
    store = StoreAccount(
        **school,
        provider=Provider.LOCAL,
        part=Part.NEXT,
        state=StoreState.CONNECTED,
        account="",
        settings={},
        secrets=b"",
    )
    session.add_all([folder, store])
    session.flush()
    return {
        "store_id": store,
        "move_id": StoreMove(**school, to_store_id=store.id, stage="copying"),
        "finding_id": Finding(
            **school, kind=Kind.EDITED, path="x", is_folder=False, standing=Standing.QUEUED
        ),
        "share_id": Share(
            **school,
            office_id=office_id,
            folder_id=folder.id,
            email="mot@phong.example",
            state=ShareState.CLOSING,
            until=now() + timedelta(days=1),
        ),
    }


def _about_people(cast: Cast, record: Record, office_id: int) -> dict[str, Any]:
    school = {"school_id": record.school_id}
    clerk: uuid.UUID = cast.clerk.user_id
    return {
        "lock_id": Lock(**school, period="2020-2021", reason="x", locked_by_id=clerk, role="clerk"),
        "window_id": OfficeWindow(
            office_id=office_id,
            year="2020-2021",
            kind="close",
            days=10,
            reason="x",
            set_by_id=cast.officer.user_id,
        ),
        "correction_id": Correction(
            **school,
            record_id=record.id,
            state=CorrectionState.REQUESTED,
            reason="x",
            requested_by_id=cast.teacher.user_id,
            old_turn=1,
            old_version=1,
            old_sha256=record.sha256,
        ),
        "handover_id": Handover(
            **school,
            year="2026-2027",
            from_user_id=cast.teacher.user_id,
            to_user_id=cast.teacher2.user_id,
            reason="x",
            takes_effect_on=today(),
            leaves=False,
            prepared_by_id=clerk,
        ),
        "standstill_id": StandstillNoticed(**school, department_id=None, lack="principal"),
        "invitation_id": Invitation(
            **school, email="x@y.example", places=[], asked_by_id=clerk, expires_at=now() + timedelta(days=1)
        ),
        "request_id": AccountRequest(
            **school,
            user_id=cast.teacher5.user_id,
            kind=RequestKind.PLACES,
            change={},
            asked_by_id=clerk,
            expires_at=now() + timedelta(days=1),
            first_half="x",
        ),
    }
