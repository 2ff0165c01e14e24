"""Whether the product is well, for supervisors and dashboards."""

import ipaddress

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.database.privileges import owns_the_tables
from app.errors import NotFound
from app.page import context
from app.pdf.sandbox import missing
from app.records.counting import GAUGES
from app.stuck.kinds import KINDS

health = Blueprint("health", __name__)

WORKER_SILENCE = 30
"""Seconds without a heartbeat after which no worker is said to answer."""

_WORKERS = text(
    """
    SELECT count(*) FROM procrastinate_workers
    WHERE last_heartbeat > now() - make_interval(secs => :silence)
    """
)
_GAUGES = text(
    """
    SELECT 'kyduyet_jobs{status="' || status || '"}', count(*) FROM procrastinate_jobs GROUP BY status
    UNION ALL
    SELECT 'kyduyet_stuck_jobs{job="' || job || '"}', count(task)
    FROM unnest(CAST(:jobs AS text[])) AS job LEFT JOIN stuck_jobs ON task = job GROUP BY job
    """
)


@health.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Answer 200 when database and worker answer, else 503 naming which does not; tell of the sandbox.

    `warnings` says what works, yet less safely than it could: `database_owner` where the web server comes to
    the database as the role that owns the tables.
    """
    try:
        with context().database.sessions() as session:
            workers = session.scalar(_WORKERS, {"silence": WORKER_SILENCE})
            unfenced = owns_the_tables(session.connection())
    except SQLAlchemyError:
        return jsonify(status="unavailable", failing="database"), 503
    if not workers:
        return jsonify(status="unavailable", failing="worker"), 503
    warned = {"warnings": ["database_owner"]} if unfenced else {}
    return jsonify(status="ok", sandbox=_sandbox(), **warned), 200


def _sandbox() -> dict[str, object]:
    """Tell whether the sandbox answers this process, and which parts of its fence the machine lacks.

    Without it no file is taken, but pages, decisions and what is queued go on: no reason to restart all.
    """
    lacking = missing(context().sandbox.socket_path)
    return {"answers": lacking is not None, "missing": lacking or []}


@health.get("/metrics")
def metrics() -> Response:
    """Answer with gauges in Prometheus' text format, to the networks that the settings allow."""
    caller = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 -- an address to compare
    if not any(caller in network for network in context().settings.metrics_allow):
        raise NotFound
    with context().database.sessions() as session:
        found = [*session.execute(GAUGES), *session.execute(_GAUGES, {"jobs": sorted(KINDS)})]
    lines = [f"{name} {value:.0f}" for name, value in found]
    return Response("\n".join([*lines, ""]), mimetype="text/plain; version=0.0.4")
