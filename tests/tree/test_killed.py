"""The worker is killed at every step of sealing and filing, started again, and the record is filed once."""

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.approvals.models import Event
from app.audit.chain import verify
from app.context import Context
from app.records.models import OfficialFile, Record
from app.stuck.models import StuckJob
from app.tree.commands import tree_check
from tests.pdf.signing import Authority, sign_anew
from tests.tree.steps import sign_off
from workflows.model import Action, State

Cast = Any
Pdf = Callable[..., bytes]


@contextmanager
def killable_worker(context: Context) -> Iterator[Callable[[int], str]]:
    """Give a function that runs a worker, kills it at a step (0: at none) and says how it ended."""
    settings = context.settings
    where = [settings.database_url, str(settings.data_dir), str(context.sandbox.socket_path)]
    roots = [settings.microsoft_graph_root, settings.microsoft_login_root]
    command = [sys.executable, "-m", "tests.tree.killed_worker", *where, *roots]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        asked, answers = program.stdin, program.stdout

        def run(kill_at: int) -> str:
            print(kill_at, file=asked, flush=True)
            return answers.readline().strip()

        yield run
        asked.close()


def files_in(tree: Path) -> list[Path]:
    return [path for path in tree.rglob("*") if path.is_file()]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("came_signed", [False, True], ids=["plain", "signed"])
def test_a_worker_killed_at_any_step_and_started_again_files_every_record_once(
    context: Context, cast: Cast, pdf: Pdf, came_signed: bool
) -> None:
    signer = Authority.new().signer("Giáo viên Một A")

    def next_record(number: int) -> Record:
        content = pdf(f"Bài {number}")
        content = sign_anew(content, signer) if came_signed else content
        period = f"2026-2027/W{number % 35 + 1:02}"
        return sign_off(context, cast, content, title=f"Bài {number}", period=period)

    with killable_worker(context) as run:
        records: list[Record] = []
        kill_at, outcome = 0, "killed"
        while outcome == "killed":
            kill_at += 1
            records.append(next_record(kill_at))
            outcome = run(kill_at)
            assert run(0).startswith("done")
    assert kill_at > 20

    tree = context.settings.data_dir / "tree/truong-a"
    with context.database.transaction() as session:
        states = Counter(session.scalars(select(Record.state)))
        times_filed = Counter(session.scalars(select(Event.record_id).where(Event.action == Action.FILE)))
        hashes = session.execute(select(OfficialFile.sha256, OfficialFile.certificate_sha256)).all()
        assert session.scalar(select(func.count()).select_from(StuckJob)) == 0
        assert verify(session) == []
    assert states == {State.FILED: len(records)}
    assert times_filed == {record.id: 1 for record in records}
    assert tree_check(context) == []
    expected = Counter(sha256 for row in hashes for sha256 in row if sha256 is not None)
    found = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in files_in(tree))
    assert found == expected
    assert len(files_in(tree)) == len(records) * (2 if came_signed else 1)
