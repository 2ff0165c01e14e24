"""The plugin that turns skipped tests into a failed run."""

import pytest

pytest_plugins = ["pytester"]

PASSES = "def test_it(): pass\n"
SKIPS = "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n"
SKIPS_ALL = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
EXPECTED_TO_FAIL = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (PASSES, pytest.ExitCode.OK),
        (EXPECTED_TO_FAIL, pytest.ExitCode.OK),
        (SKIPS, pytest.ExitCode.TESTS_FAILED),
        (PASSES + SKIPS_ALL, pytest.ExitCode.TESTS_FAILED),
    ],
)
def test_a_run_with_a_skipped_test_fails(
    pytester: pytest.Pytester, code: str, status: pytest.ExitCode
) -> None:
    pytester.makepyfile(test_plain=PASSES, test_special=code)
    assert pytester.runpytest("-p", "tests.no_skips").ret == status


def test_a_test_skipped_by_a_worker_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PASSES + SKIPS.replace("it", "it_too"))
    status = pytester.runpytest("-p", "tests.no_skips", "-n", "1").ret

    assert status == pytest.ExitCode.TESTS_FAILED


def test_without_the_plugin_skipping_is_no_failure(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SKIPS + PASSES.replace("it", "it_too"))
    assert pytester.runpytest().ret == pytest.ExitCode.OK
