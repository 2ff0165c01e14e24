"""Error answers: Graph's, and those of the sign-in service."""

import uuid
from datetime import datetime

from emulators.microsoft.errors import GraphError
from emulators.microsoft.grants import GrantError
from emulators.serving import Response, json_response


def graph_refusal(error: GraphError, now: datetime) -> Response:
    """Return a refusal as Graph writes it."""
    inner = {"date": now.strftime("%Y-%m-%dT%H:%M:%S"), "request-id": str(uuid.uuid4())}
    inner |= {"code": error.inner} if error.inner else {}
    content = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return json_response(error.status, content, error.headers)


def oauth_refusal(error: GrantError, now: datetime) -> Response:
    """Return a refusal as the sign-in service writes it."""
    content = {
        "error": error.error,
        "error_description": f"AADSTS{error.number}: {error.sentence}",
        "error_codes": [error.number],
        "timestamp": now.strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": str(uuid.uuid4()),
        "correlation_id": str(uuid.uuid4()),
    }
    return json_response(error.status, content)
