"""revisions.*: the contents a file has had, as long as Drive keeps them."""

from emulators.google import show
from emulators.google.ask import Ask
from emulators.google.downloads import send
from emulators.google.errors import DriveError, bad_request
from emulators.google.metadata import locked
from emulators.google.nodes import Node, Revision, Role
from emulators.serving import Response

_DEFAULT = "kind,id,mimeType,modifiedTime"


def list_revisions(ask: Ask) -> Response:
    """revisions.list, oldest first."""
    revisions = [show.revision(ask.world, each) for each in ask.node_anywhere().revisions]
    content = {"kind": "drive#revisionList", "revisions": revisions}
    return ask.reply("RevisionList", content, f"kind,nextPageToken,revisions({_DEFAULT})")


def get(ask: Ask) -> Response:
    """revisions.get; the bytes only of the head and of what is kept for ever."""
    node, revision = _found(ask)
    if ask.request.query.get("alt") != "media":
        return ask.reply("Revision", show.revision(ask.world, revision), _DEFAULT)
    if not revision.keep_forever and revision is not node.head:
        raise DriveError(
            403,
            "download_restricted_for_revision",
            "This revision cannot be downloaded by the authenticated user.",
        )
    return send(ask, node, revision)


def update(ask: Ask) -> Response:
    """revisions.update: keepForever can be set and never taken back."""
    node, revision = _found(ask, Role.WRITER)
    wanted = bool(ask.body().get("keepForever", revision.keep_forever))
    if revision.keep_forever and not wanted:
        raise bad_request(
            "Bad Request. Cannot update a revision to false that is marked as keepForever.",
            reason="illegalKeepForeverModification",
        )
    kept = sum(each.keep_forever for each in node.revisions)
    if wanted and not revision.keep_forever and kept >= ask.world.limits.kept_revisions:
        raise bad_request("Too many revisions are kept for ever.", reason="keepForeverLimitExceeded")
    before, revision.keep_forever = node.stored, wanted
    ask.world.tree.refill(node, before)
    ask.world.changed(node)
    return ask.reply("Revision", show.revision(ask.world, revision), _DEFAULT)


def delete(ask: Ask) -> Response:
    """revisions.delete, except the last one that is left."""
    node, revision = _found(ask, Role.WRITER)
    if len(node.revisions) == 1:
        raise bad_request("The last remaining revision cannot be deleted.", reason="cannotDeleteOnlyRevision")
    if node.lock:
        raise locked(node)
    before = node.stored
    node.revisions.remove(revision)
    ask.world.tree.refill(node, before)
    ask.world.changed(node)
    return Response(204)


def _found(ask: Ask, least: Role = Role.READER) -> tuple[Node, Revision]:
    node, wanted = ask.node_anywhere(least), ask.args["revisionId"]
    for revision in node.revisions:
        if revision.id == wanted or (wanted == "head" and revision is node.head):
            return node, revision
    raise DriveError(404, "notFound", f"Revision not found: {wanted}.", "revisionId")
