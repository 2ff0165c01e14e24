"""Calls on bytes: small uploads in one request, downloads whole or by range."""

import re

from emulators.blobs import Blob
from emulators.faults import Rule
from emulators.microsoft.calls import DriveCall, refused_by
from emulators.microsoft.errors import GraphError, invalid
from emulators.microsoft.items import Content
from emulators.microsoft.world import World
from emulators.serving import Request, Response, Slice

MAX_SMALL = 250 * 1000**2


def put_content(call: DriveCall) -> Response:
    """Create a file or replace its bytes; 201 or 200 with the item."""
    if call.request.size > MAX_SMALL:
        raise GraphError(413, "invalidRequest", "The request exceeds the size limit of 250 MB.")
    if not call.place.path:
        item = call.item()
        call.drive.rewrite(item, call.world.content(_stored(call)), call.act)
        return call.shown(item)
    call.check_existing()
    conflict = call.conflict(None, "replace")
    content = call.world.content(_stored(call))
    parent, name = call.slot()
    item, created = call.drive.put(parent, name, content, conflict, call.act)
    return call.shown(item, 201 if created else 200)


def _stored(call: DriveCall) -> Blob:
    """Keep the body, or only its beginning where a fault wants it so."""
    call.request.body.seek(0)
    if call.rule.keep is None:
        return call.world.blobs.keep(call.request.body)
    if call.rule.status is not None:
        raise refused_by(call.rule)
    part = call.world.blobs.part()
    part.write_bytes(call.request.body.read(call.rule.keep))
    return call.world.blobs.adopt(part)


def get_content(call: DriveCall) -> Response:
    """Send the client to the address of the bytes."""
    item = call.item()
    if item.is_folder:
        raise invalid("A folder has no content.")
    return Response(302, headers={"Location": call.download_url(call.drive, item)})


def download(world: World, request: Request, rule: Rule) -> Response:
    """Answer with the bytes of the file that the ticket in the address names."""
    item = world.redeem(request.path.rpartition("/")[2])
    if item.content is None:
        raise invalid("A folder has no content.")
    if rule.status is not None:
        raise refused_by(rule)
    return _bytes(item.content, item.etag, request.headers.get("Range", ""))


def _bytes(content: Content, etag: str, wanted: str) -> Response:
    headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", "ETag": etag}
    span = _span(wanted, content.size)
    if span is None:
        return Response(200, headers=headers, slice=Slice(content.blob.path, 0, content.size))
    first, last = span
    if first > last:
        return Response(416, headers=headers | {"Content-Range": f"bytes */{content.size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{content.size}"
    return Response(206, headers=headers, slice=Slice(content.blob.path, first, last - first + 1))


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """Read a Range header: first and last byte, turned round when nothing is there, None for everything."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    return int(found[1]), min(int(found[2] or size), size - 1)
