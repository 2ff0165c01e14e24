"""Every address of the API: who gets in, what strangers find, and how nonsense is answered."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.api.operations import Operation
from app.api.table import OPERATIONS
from app.clock import today
from app.context import Context
from app.staging.store import FolderStaging, Spool
from app.web.application import create_app
from tests.api.conftest import Call, Caller, code_of
from tests.conftest import Cast

Pdf = Callable[..., bytes]
Asked = Callable[[dict[str, Any], bytes], dict[str, Any]]

GUARDED = [operation for operation in OPERATIONS if not operation.public]
NO_TOKENS = ("", "Bearer kd_khong_co", "Bearer ", "Basic Z3YxOmE=", "kd_khong_co")
STRANGERS = ("b_teacher", "b_head", "b_principal", "b_vice_principal", "b_clerk", "b_records_admin")
_NUMBER = re.compile(r"<int[^>]*>")
NAMES = [operation.name for operation in OPERATIONS]


class WatchedStaging(FolderStaging):
    """Staging that counts how many uploads began to be taken in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.spooled = 0

    def spool(self, limit_mb: int) -> Spool:
        self.spooled += 1
        return super().spool(limit_mb)


def address(operation: Operation, record_id: str) -> str:
    return _NUMBER.sub(
        "1", operation.path.replace("<uuid:record_id>", record_id).replace("<uuid:token_id>", record_id)
    )


def test_without_a_token_nobody_gets_in(anyone: Caller) -> None:
    for operation in GUARDED:
        path = address(operation, "00000000-0000-0000-0000-000000000001")
        for wrong in NO_TOKENS:
            response = anyone.ask(operation.method, path, headers={"Authorization": wrong})
            assert code_of(response) == (401, "unauthenticated"), operation.name
            assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_strangers_upload_is_not_taken_in(
    context: Context, call: Call, cast: Cast, pdf: Pdf, tmp_path: Path
) -> None:
    staging = WatchedStaging(tmp_path)
    client = create_app(replace(context, staging=staging)).test_client()
    stranger, teacher = Caller(client, "kd_khong_co", ""), Caller(client, call(cast.teacher).token, "")
    record = teacher.hand_in(pdf())
    assert staging.spooled == 1
    for path in ("/records", f"/records/{record['id']}/versions"):
        assert code_of(stranger.upload(path, pdf())) == (401, "unauthenticated")
    assert staging.spooled == 1


def seen(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in ("id", "turn", "sha256")}


def as_form(record: dict[str, Any], content: bytes) -> dict[str, Any]:
    form = {"file": (io.BytesIO(content), "a.pdf"), "record_type": "KHBD", "period": record["period"]}
    return {"data": form, "content_type": "multipart/form-data"}


def decision(record: dict[str, Any], _content: bytes) -> dict[str, Any]:
    return {"json": {"action": "approve", "turn": record["turn"], "sha256": record["sha256"]}}


def nothing(_record: dict[str, Any], _content: bytes) -> dict[str, Any]:
    return {}


ABOUT_ONE_RECORD: dict[str, Asked] = {
    "show_record": nothing,
    "create_version": as_form,
    "decide": decision,
    "show_events": nothing,
    "show_file": nothing,
    "show_page": nothing,
}
ABOUT_NO_RECORD = {
    "create_token",
    "list_tokens",
    "revoke_token",
    "show_me",
    "list_record_types",
    "create_record",
    "show_records",
    "show_queue",
    "decide_many",
    "list_delegations",
    "give_delegation",
    "revoke_delegation",
    "show_obligations",
    "list_locks",
    "set_lock",
    "lift_lock",
    "list_corrections",
    "ask_correction",
    "show_correction",
    "decide_correction",
    "confirm_correction",
    "show_slip",
}


def test_every_operation_is_in_one_of_the_two_tables() -> None:
    assert set(NAMES) == ABOUT_NO_RECORD | set(ABOUT_ONE_RECORD)
    assert {o.name for o in OPERATIONS if "record_id" in o.path} == set(ABOUT_ONE_RECORD)


def test_nobody_of_school_b_finds_anything_of_school_a(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf("chỉ của trường A"))
    day = today().isoformat()
    lent = {"role": "principal", "to": str(cast.vice_principal.user_id), "capacity": "KT."}
    call(cast.principal).post("/delegations", {**lent, "first": day, "last": day})
    for role in STRANGERS:
        stranger = call(getattr(cast, role))
        finds_nothing(stranger, record, pdf("của trường B"))


def finds_nothing(stranger: Caller, record: dict[str, Any], content: bytes) -> None:
    """Ask everything there is to ask with the id of another school's record."""
    for operation in OPERATIONS:
        if operation.name in ABOUT_ONE_RECORD:
            more = ABOUT_ONE_RECORD[operation.name](record, content)
            response = stranger.ask(operation.method, address(operation, record["id"]), **more)
            assert code_of(response) == (404, "not_found"), operation.name
    for listed in (
        "/records",
        "/queue",
        "/delegations",
        "/records?school=truong-a",
        f"/records?owner={record['owner']}",
        "/records?q=chi cua truong",
    ):
        assert stranger.get(listed).json == {"items": [], "next": None}, listed
    bulk = stranger.post("/decisions", {"action": "approve", "items": [seen(record)]}).json["results"]
    assert bulk == [{"id": record["id"], "ok": False, "code": "not_found"}]
    assert code_of(stranger.ask("DELETE", "/delegations/1")) == (404, "not_found")


def test_an_officer_sees_nothing_before_it_is_filed(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf())
    for officer in (cast.officer, cast.provincial_officer):
        assert code_of(call(officer).get(f"/records/{record['id']}")) == (404, "not_found")
        assert call(officer).get("/records").json["items"] == []


def test_a_colleague_sees_nothing_of_another_teacher(call: Call, cast: Cast, pdf: Pdf) -> None:
    record = call(cast.teacher).hand_in(pdf())
    for colleague in (cast.teacher2, cast.teacher5, cast.head2):
        assert code_of(call(colleague).get(f"/records/{record['id']}")) == (404, "not_found")


def test_what_does_not_exist_is_a_problem_too(call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    assert code_of(caller.get("/khong-co")) == (404, "not_found")
    wrong = caller.ask("PUT", "/records")
    assert code_of(wrong) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))


def test_head_and_options_are_answered_sensibly(call: Call, cast: Cast) -> None:
    caller = call(cast.teacher)
    head = caller.ask("HEAD", "/records")
    assert (head.status_code, head.data) == (200, b"")
    assert set(caller.ask("OPTIONS", "/records").headers["Allow"].split(", ")) == {
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    }


def test_answers_are_not_kept_by_anybody_on_the_way(call: Call, cast: Cast) -> None:
    assert call(cast.teacher).get("/me").headers["Cache-Control"] == "no-store"
