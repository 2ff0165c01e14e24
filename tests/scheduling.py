"""How pytest-xdist deals the tests out to its workers: module by module, the slowest first."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/browser", "tests/live")
"""Folders whose tests share one running product, so that one worker takes them all."""

_FIRST = (
    *TOGETHER,
    "tests/test_access.py",
    "tests/test_hostile.py",
    "tests/tree",
    "tests/moves",
    "tests/drift",
    "tests/shares",
)
"""What takes longest, begun first so that no worker is left alone with it at the end."""


class ByModule(LoadFileScheduling):  # type: ignore[misc]  # it is untyped
    """Gives a module's tests to one worker, for what a module shares is then made once."""

    def _split_scope(self, nodeid: str) -> str:
        module = str(super()._split_scope(nodeid))
        return next((folder for folder in TOGETHER if module.startswith(folder)), module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByModule:
    """Deal the tests out by module; the order is that of collection."""
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest first; the others stay in their order."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = Path(item.nodeid.partition("::")[0]).as_posix()
    return next((place for place, each in enumerate(_FIRST) if path.startswith(each)), len(_FIRST))
