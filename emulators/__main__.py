"""`python -m emulators google|microsoft`: one emulator on this machine until it is stopped."""

import argparse
import json
import signal
import ssl
import threading
from pathlib import Path
from typing import Any

from emulators.frame import Emulator
from emulators.google.service import Google
from emulators.microsoft.service import Microsoft
from emulators.serving import serving

_CLOUDS: dict[str, type[Google] | type[Microsoft]] = {"google": Google, "microsoft": Microsoft}


def main() -> None:
    """Serve until SIGTERM or SIGINT; prints the first account's credentials, then `ready ADDRESS`."""
    options = _options()
    emulator = _CLOUDS[options.cloud](
        latency=options.latency_ms / 1000, enforce_quota=options.quota == "documented"
    )
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    try:
        _serve(emulator, options, stop)
    finally:
        emulator.close()


def _serve(emulator: Emulator, options: argparse.Namespace, stop: threading.Event) -> None:
    with serving(emulator, options.port, _tls(options), options.host) as origin:
        credentials = emulator.furnish(origin)
        if options.credentials:
            _write(options.credentials, credentials)
        else:
            print(json.dumps(credentials), flush=True)  # noqa: T201 - what a command says
            print(f"ready {origin}", flush=True)  # noqa: T201
        stop.wait()


def _write(path: Path, credentials: dict[str, Any]) -> None:
    """Write the file at once: whoever finds it finds it whole, and the emulator answering."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(credentials), encoding="utf-8")
    part.replace(path)


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulators", description=__doc__)
    parser.add_argument("cloud", choices=sorted(_CLOUDS))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--tls-cert", help="PEM file; without it plain HTTP is spoken")
    parser.add_argument("--tls-key", help="PEM file")
    parser.add_argument("--credentials", type=Path, help="write the credentials there and print nothing")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument("--quota", choices=["none", "documented"], default="none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
