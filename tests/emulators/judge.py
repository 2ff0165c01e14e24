"""rclone as the judge of an emulator: everything a person does with it, in a network of its own.

`python -m tests.emulators.judge google FOLDER`, run inside fresh network and mount namespaces, brings the
loopback up, lets the cloud's host names mean this machine, serves the emulator there on port 443, and prints
what every command of rclone did, as JSON.
"""

import fcntl
import importlib
import json
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulators.serving import serving
from tests.emulators.certificates import make_certificates
from tests.emulators.remotes import Remote

NAMES = ("Kế hoạch bài dạy/Tuần 1/Toán.pdf", "Sổ chủ nhiệm/Lớp 5A's.pdf", "rỗng.pdf", "lớn.pdf")
CONTENT = "%PDF-1.7\n" * 2000
"""Of the first file."""
_BIG = 9_500_000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_PAUSE = 1.1
"""Seconds after which a changed file has another time stamp on every cloud."""


def missing() -> str:
    """Return what this machine lacks for the judgement, or nothing."""
    if shutil.which("rclone") is None:
        return "rclone is missing; on Debian: sudo apt-get install rclone"
    allowed = subprocess.run(["unshare", "-mn", "true"], capture_output=True, check=False)
    return "namespaces for network and mounts need root" if allowed.returncode else ""


def judge(cloud: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Run the judge in namespaces of its own; returns what each command did, by its name."""
    command = ["unshare", "-mn", sys.executable, "-m", "tests.emulators.judge", cloud, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    steps: list[dict[str, Any]] = json.loads(done.stdout)
    return {step["name"]: step for step in steps}


@dataclass(frozen=True)
class Bench:
    """What the commands work with: an rclone that knows the remote, and a local folder."""

    remote: Remote
    source: Path
    rclone: tuple[str, ...]

    def run(self, name: str, *arguments: str) -> dict[str, Any]:
        """Run one command of rclone."""
        self.remote.emulator.counters.reset()
        command = [*self.rclone, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        calls = self.remote.emulator.counters.report()["calls"]
        return {"name": name, "code": done.returncode, "out": done.stdout, "err": done.stderr, "calls": calls}


def all_steps(bench: Bench) -> list[dict[str, Any]]:
    """Do what a person does with a cloud, from the first folder to the last file's end."""
    here, there = str(bench.source), "cloud:Hồ sơ 2026-2027"
    toan = f"{there}/Kế hoạch bài dạy/Tuần 1/Toán.pdf"
    steps = [
        bench.run("mkdir", "mkdir", there),
        bench.run("copy", "copy", here, there),
        bench.run("list", "lsf", "-R", "--files-only", there),
        bench.run("check", "check", here, there),
        bench.run("check every byte", "check", "--download", here, there),
        bench.run("copy again", "copy", here, there),
        bench.run("move", "moveto", toan, f"{there}/Đã ký/Toán (2).pdf"),
        bench.run("move back", "moveto", f"{there}/Đã ký/Toán (2).pdf", toan),
        bench.run("read", "cat", toan),
    ]
    time.sleep(_PAUSE)
    (bench.source / NAMES[0]).write_bytes(b"%PDF-1.7 changed\n")
    return [
        *steps,
        bench.run("synchronise", "sync", here, there),
        bench.run("check after change", "check", here, there),
        bench.run("room", "about", "--json", "cloud:"),
        bench.run("link", "link", f"{there}/lớn.pdf"),
        bench.run("delete one", "deletefile", f"{there}/lớn.pdf"),
        bench.run("purge", "purge", there),
        bench.run("list nothing", "lsf", "cloud:"),
    ]


def main(cloud: str, folder: Path) -> None:
    """Serve the emulator under the cloud's own names and let rclone loose on it."""
    make_remote: Callable[[], Remote] = importlib.import_module(f"tests.emulators.{cloud}_remote").remote
    remote = make_remote()
    _bring_loopback_up()
    _mean_this_machine(remote.hosts, folder / "hosts")
    ca, tls = make_certificates(folder, remote.hosts)
    config = folder / "rclone.conf"
    config.write_text(remote.config)
    bench = Bench(remote, _write_files(folder), _rclone(config, ca))
    with serving(remote.emulator, port=443, tls=tls):
        print(json.dumps(all_steps(bench)))  # noqa: T201 - read by the process outside
    remote.emulator.close()


def _rclone(config: Path, ca: Path) -> tuple[str, ...]:
    return (
        "rclone",
        "--config",
        str(config),
        "--ca-cert",
        str(ca),
        "--retries",
        "1",
        "--low-level-retries",
        "2",
    )


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = b"lo".ljust(16, b"\0")
        answer = fcntl.ioctl(control, _GET_FLAGS, name + bytes(24))
        flags = struct.unpack_from("h", answer, 16)[0]
        fcntl.ioctl(control, _SET_FLAGS, name + struct.pack("h", flags | _UP) + bytes(22))


def _mean_this_machine(hosts: tuple[str, ...], file: Path) -> None:
    """Put a hosts file over the machine's own, which nobody outside of this namespace sees."""
    file.write_text("".join(f"127.0.0.1 {host}\n" for host in ("localhost", *hosts)))
    subprocess.run(["mount", "--bind", str(file), "/etc/hosts"], check=True)


def _write_files(folder: Path) -> Path:
    source = folder / "source"
    chance = random.Random(7)
    contents = (CONTENT.encode(), chance.randbytes(3_000), b"", chance.randbytes(_BIG))
    for name, content in zip(NAMES, contents, strict=True):
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return source


if __name__ == "__main__":
    # Whatever proxy this machine uses cannot be reached from the private network.
    for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[variable]
    main(sys.argv[1], Path(sys.argv[2]))
