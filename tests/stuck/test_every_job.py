"""Every job there is, failing as nobody foresaw: noted, shown to whoever can act, tried again, forgotten."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.commands.jobs import jobs
from app.context import Context
from app.jobs import defer
from app.running.worker import CHORES, TASKS, Work, run_worker
from app.schools.models import Office
from app.stuck.kinds import KINDS
from app.stuck.models import StuckJob
from app.stuck.retrying import retry_as_operator
from tests.browsing import application_on, send, signed_in
from tests.stuck.subjects import arguments_of, planted

Cast = Any
Pdf = Callable[..., bytes]
SELDOM = "0 0 29 2 *"
"""So that the clock asks for nothing while a test runs."""
OF_OFFICES = {"tell_of_window", "mail_about_window"}
OF_THE_OPERATOR = {"mail_about_invitation", *CHORES}
"""An invitation's too: the school is not to learn whether somebody has the address."""


def failing(_context: Context, **_arguments: object) -> None:
    raise ZeroDivisionError("tên-của-một-người")


def doing_it_all(done: Counter[str]) -> Work:
    """Return work that counts which job was done how often, and does nothing."""

    def does(name: str) -> Callable[..., None]:
        def run(_context: Context, **_arguments: object) -> None:
            done[name] += 1

        return run

    return Work({name: does(name) for name in TASKS}, {name: (SELDOM, does(name)) for name in CHORES})


FAILING = Work(dict.fromkeys(TASKS, failing), dict.fromkeys(CHORES, (SELDOM, failing)))


@pytest.fixture
def subjects(context: Context, cast: Cast, pdf: Pdf) -> dict[str, str | int]:
    return planted(context, cast, pdf("Bài 1"))


@pytest.fixture
def stuck(context: Context, subjects: dict[str, str | int]) -> dict[str, StuckJob]:
    """Let a job of every task, and every chore, fail once; return what was noted of them."""
    with context.database.transaction() as session:
        for name, function in TASKS.items():
            defer(session, name, [arguments_of(function, subjects)])
        for name in CHORES:
            defer(session, name, [{"timestamp": 1}])
    run_worker(context, wait=False, work=FAILING)
    return noted(context)


def noted(context: Context) -> dict[str, StuckJob]:
    with context.database.transaction() as session:
        return {job.task: job for job in session.scalars(select(StuckJob))}


def queued(context: Context) -> Counter[str]:
    with context.database.transaction() as session:
        return Counter(session.scalars(text("SELECT task_name FROM procrastinate_jobs")))


def test_each_is_noted_once_with_its_owner_and_none_is_left_in_the_queue(
    context: Context, subjects: dict[str, str | int], stuck: dict[str, StuckJob]
) -> None:
    assert set(stuck) == set(TASKS) | set(CHORES)
    assert queued(context) == {}
    assert {job.code for job in stuck.values()} == {"internal_error"}
    with context.database.transaction() as session:
        office = session.scalars(select(Office.id).where(Office.code == "phong")).one()
    owners = {name: (job.school_id, job.office_id) for name, job in stuck.items()}
    assert owners == {
        **dict.fromkeys(TASKS, (subjects["school_id"], None)),
        **dict.fromkeys(OF_OFFICES, (None, office)),
        **dict.fromkeys(OF_THE_OPERATOR, (None, None)),
    }


def test_each_is_shown_to_who_can_act_in_two_sentences_and_counted(
    context: Context, cast: Cast, stuck: dict[str, StuckJob]
) -> None:
    app = application_on(context)
    shown = {
        "clerk": set(TASKS) - OF_OFFICES - OF_THE_OPERATOR,
        "officer": OF_OFFICES,
        "provincial_officer": set(),
        "b_principal": set(),
    }
    for who, names in shown.items():
        page = signed_in(app, getattr(cast, who).email).get("/viec-bi-ket").text
        assert {name for name, job in stuck.items() if f"/{job.id}/thu-lai" in page} == names, who
        assert page.count("Hệ thống gặp lỗi ngoài dự kiến") == len(names)
        assert "tên-của-một-người" not in page
        assert all(KINDS[name].says in page for name in names)
    gauges = app.test_client().get("/metrics").text.splitlines()
    assert {line for line in gauges if line.startswith("kyduyet_stuck_jobs")} == {
        f'kyduyet_stuck_jobs{{job="{name}"}} 1' for name in KINDS
    }


def test_each_is_done_once_after_a_click_or_two_and_forgotten(
    context: Context, cast: Cast, stuck: dict[str, StuckJob]
) -> None:
    app = application_on(context)
    browsers = {name: signed_in(app, getattr(cast, name).email) for name in ("clerk", "officer")}
    for name, job in stuck.items():
        for _ in range(2):
            click(context, browsers, name, job)
    assert queued(context) == Counter(stuck.keys())
    done: Counter[str] = Counter()
    run_worker(context, wait=False, work=doing_it_all(done))
    assert done == Counter(stuck.keys())
    assert noted(context) == {}


def click(context: Context, browsers: dict[str, FlaskClient], name: str, job: StuckJob) -> None:
    if name in OF_THE_OPERATOR:
        with context.database.transaction() as session:
            retry_as_operator(session, "root", job.id)
        return
    browser = browsers["officer" if name in OF_OFFICES else "clerk"]
    assert send(browser, f"/viec-bi-ket/{job.id}/thu-lai", "/viec-bi-ket").status_code == 302


def test_the_operator_reads_all_of_them_and_has_some_tried_again(
    context: Context, stuck: dict[str, StuckJob]
) -> None:
    lines = run(context, "stuck").splitlines()
    assert {line.split()[2] for line in lines} == set(stuck)
    (line,) = [each for each in lines if " sweep_staging " in each]
    assert line.endswith(" - -: internal_error, 1 attempts")
    run(context, "retry", str(stuck["sweep_staging"].id), str(stuck["unshare"].id))
    assert queued(context) == {"sweep_staging": 1, "unshare": 1}


def test_a_number_that_is_nobodys_leaves_done_what_came_before(
    context: Context, stuck: dict[str, StuckJob]
) -> None:
    with pytest.raises(AssertionError):
        run(context, "retry", str(stuck["unshare"].id), "999999")
    assert queued(context) == {"unshare": 1}


def run(context: Context, *arguments: str) -> str:
    settings = context.settings
    environment = {
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_DATA_DIR": str(settings.data_dir),
        "KYDUYET_SECRET_KEY": settings.secret_key,
    }
    result = CliRunner().invoke(jobs, list(arguments), env=environment)
    assert result.exit_code == 0, result.output
    return result.output
