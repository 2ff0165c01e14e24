"""Calls of an upload in fragments: start, send, ask what is missing, commit, cancel."""

import re
from typing import Any

from emulators.faults import NO_FAULT, Rule
from emulators.microsoft.addressing import ItemPlace
from emulators.microsoft.calls import CONFLICT, DriveCall, refused_by
from emulators.microsoft.errors import GraphError, invalid, name_taken
from emulators.microsoft.rendering import moment
from emulators.microsoft.upload_sessions import Target, UploadSession
from emulators.microsoft.world import World
from emulators.serving import Request, Response, json_response

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def start_session(call: DriveCall) -> Response:
    """Open a session for a new file, or for new bytes of an existing one."""
    wishes = call.body.get("item") or {}
    call.drive.check_room(int(wishes.get("fileSize") or 0))
    target = _target(call, wishes)
    part = call.world.blobs.part()
    deferred = bool(call.body.get("deferCommit"))
    session = call.world.sessions.start(target, part, call.caller, call.act.at, deferred=deferred)
    address = f"{call.request.origin}/_upload/{session.id}"
    return json_response(200, {"uploadUrl": address} | _progress(session))


def _target(call: DriveCall, wishes: dict[str, Any]) -> Target:
    existing = call.check_existing() if call.place.path else call.item()
    if existing is not None and existing.is_folder:
        raise invalid("A folder has no content.")
    if existing is not None and not call.place.path:
        return Target(call.drive, call.drive.root, existing.name, existing, "replace")
    # The documents say that the default is fail; clients that send nothing overwrite in production.
    conflict = call.conflict(wishes.get(CONFLICT), "replace")
    if existing is not None and conflict == "fail":
        raise name_taken()
    parent, name = call.slot()
    if wishes.get("name", name) != name:
        raise invalid("The name in the body is not the one in the address.")
    return Target(call.drive, parent, name, None, conflict)


def put_fragment(world: World, request: Request, rule: Rule, session: UploadSession) -> Response:
    """Take a fragment; 202 with what is missing, or the finished item."""
    if world.refuse_uploads_with_token and request.headers.get("Authorization"):
        raise GraphError(401, "unauthenticated", "The upload address takes no Authorization header.")
    found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if found is None:
        raise invalid("The Content-Range header is missing or malformed.")
    first, last, total = (int(each) for each in found.groups())
    if last - first + 1 != request.size:
        raise invalid("The Content-Range header does not match the length of the body.")
    session.take(first, last, total, request.body, rule.keep)
    if rule.keep is not None and rule.status is not None:
        raise refused_by(rule)
    if session.complete and not session.deferred:
        return _commit(world, request, session)
    return json_response(202, _progress(session))


def commit_session(world: World, request: Request, session: UploadSession) -> Response:
    """Make the file of a session whose commit was deferred, or had failed."""
    if not session.complete:
        raise invalid("The upload is not complete.")
    return _commit(world, request, session)


def session_status(session: UploadSession) -> Response:
    """Answer with the ranges that are still missing."""
    return json_response(200, _progress(session))


def cancel_session(world: World, session: UploadSession) -> Response:
    """Forget what has arrived."""
    world.sessions.end(session)
    return Response(204)


def _progress(session: UploadSession) -> dict[str, Any]:
    return {"expirationDateTime": moment(session.expires), "nextExpectedRanges": session.missing()}


def _commit(world: World, request: Request, session: UploadSession) -> Response:
    """Make the file; where that is refused the session stays, so that it can be tried again."""
    if session.content is None:
        session.content = world.content(world.blobs.adopt(session.part))
    target = session.target
    call = DriveCall(world, request, NO_FAULT, session.caller, target.drive, ItemPlace("root", (), ""))
    if target.item is not None:
        item, created = target.drive.get(target.item.id), False
        target.drive.rewrite(item, session.content, call.act)
    else:
        parent = target.drive.get(target.parent.id)
        item, created = target.drive.put(parent, target.name, session.content, target.conflict, call.act)
    world.sessions.end(session)
    return call.shown(item, 201 if created else 200)
