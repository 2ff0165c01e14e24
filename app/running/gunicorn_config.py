"""Settings of the web server, read by `gunicorn --config python:app.running.gunicorn_config`."""

import gc
from pathlib import Path
from typing import Any

from app.context import Context
from app.logs import LOGGING
from app.page import EXTENSION

wsgi_app = "wsgi:app"
pythonpath = str(Path(__file__).parent.parent.parent)

worker_class = "gthread"
workers = 2
threads = 8
preload_app = True  # the workers share the memory of the imported program
keepalive = 15
timeout = 120
graceful_timeout = 5  # the supervisor uses force after six seconds

# A worker's sign of life is a touched file, which a busy disk must not delay.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own name

# The application alone decides which proxies to believe (KYDUYET_TRUSTED_PROXIES).
forwarded_allow_ips = ""
control_socket_disable = True

# Who read what and when is personal data: the audit chain keeps it, the log does not.
accesslog = None
logconfig_dict = {
    **LOGGING,
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True, "filters": ["queries"]}},
}


def when_ready(_server: Any) -> None:
    """Keep the garbage collector from writing to, and so copying, what the workers share."""
    gc.freeze()


def post_fork(server: Any, _worker: Any) -> None:
    """Give the worker database connections of its own."""
    context: Context = server.app.wsgi().extensions[EXTENSION]
    context.database.forget_connections()
