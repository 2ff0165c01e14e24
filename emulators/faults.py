"""Faults on demand: rules that say which calls go wrong, and how."""

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec

from emulators.counting import Call


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls (all conditions that are given must hold) and what happens to them."""

    operation: str = "*"
    """A pattern such as `files.create` or `permissions.*`."""
    method: str = ""
    path: str = ""
    """A regular expression that is looked for in the unquoted path."""
    account: str = ""
    skip: int = 0
    """Let this many matching calls pass first."""
    times: int | None = 1
    """For so many calls; null: for good."""
    probability: float = 1.0
    seed: int = 0

    kind: str = ""
    """One of the cloud's own faults by name, such as `storage_full`; gives status, reason and message."""
    status: int | None = None
    """Answer so, without doing the work."""
    reason: str = ""
    message: str = ""
    retry_after: int | None = None
    """Seconds."""
    delay: float = 0.0
    """Seconds to wait before anything happens."""
    cut: Literal["", "before", "after", "during"] = ""
    """Cut the connection before or after the work is done, or in the middle of the answer."""
    keep: int | None = None
    """An upload takes only this many bytes of what is sent; then answers `status`, if one is given."""
    lag: float = 0.0
    """A listing does not know what happened in the last so many seconds."""


NO_FAULT = Rule()


@dataclass
class _Armed:
    rule: Rule
    chance: random.Random = field(default_factory=random.Random)
    seen: int = 0
    used: int = 0

    def strikes(self, call: Call) -> bool:
        if not self._concerns(call):
            return False
        self.seen += 1
        spent = self.rule.times is not None and self.used >= self.rule.times
        if self.seen <= self.rule.skip or spent or self.chance.random() >= self.rule.probability:
            return False
        self.used += 1
        return True

    def _concerns(self, call: Call) -> bool:
        rule = self.rule
        return (
            fnmatchcase(call.operation, rule.operation)
            and rule.method in {"", call.method}
            and rule.account in {"", call.account}
            and re.search(rule.path, call.path) is not None
        )


class FaultPlan:
    """The rules in force; the first one that strikes decides."""

    def __init__(self, kinds: Mapping[str, Rule]) -> None:
        self._kinds = kinds
        self._armed: list[_Armed] = []
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> None:
        """Put a rule in force, after those that are; raises `ValueError` for a kind this cloud has not."""
        if rule.kind and rule.kind not in self._kinds:
            raise ValueError(f"unknown kind of fault {rule.kind!r}; known: {', '.join(sorted(self._kinds))}")
        complete = _completed(rule, self._kinds.get(rule.kind, NO_FAULT))
        with self._lock:
            self._armed.append(_Armed(complete, random.Random(rule.seed)))  # noqa: S311 - repeatable on purpose

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._armed.clear()

    def take(self, call: Call) -> Rule:
        """Return the rule that strikes this call, or `NO_FAULT`."""
        with self._lock:
            return next((armed.rule for armed in self._armed if armed.strikes(call)), NO_FAULT)

    def listed(self) -> list[dict[str, Any]]:
        """Return the rules with how often each has struck."""
        with self._lock:
            return [{**msgspec.to_builtins(armed.rule), "struck": armed.used} for armed in self._armed]


def _completed(rule: Rule, kind: Rule) -> Rule:
    """Fill in what the named kind says and the rule itself does not."""
    told = {name for name in Rule.__struct_fields__ if getattr(rule, name) != getattr(NO_FAULT, name)}
    missing = {
        name: getattr(kind, name)
        for name in Rule.__struct_fields__
        if name not in told and getattr(kind, name) != getattr(NO_FAULT, name)
    }
    return msgspec.structs.replace(rule, **missing)
