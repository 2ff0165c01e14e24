"""A pytest plugin for machines that have everything (`-p tests.no_skips`): a skipped test fails the run."""

import pytest


def skipped_reports(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    if hasattr(config, "workerinput"):
        return []  # the process that hears of all workers' tests counts
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None
    return list(reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if skipped_reports(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = skipped_reports(config)
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} skipped, which fails this run (tests/no_skips.py)", red=True
        )
