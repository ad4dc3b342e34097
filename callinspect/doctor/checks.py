"""Checks in order: what each finds, and which are skipped since an earlier one failed."""

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from callinspect.errors import CallinspectError

T = TypeVar("T")


class Status(StrEnum):
    """How a check ended; one that is skipped says nothing about what it checks."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class Finding(NamedTuple):
    """What a check found.

    Attributes:
        status: how it ended.
        summary: what was found, in a few words.
        remedies: what to do about it, each a sentence, or one that a colon and the command to type follow.
        exit: the exit status of the failure, None if there is none.
        cause: the name of the failed check that makes this one pointless, None if there is none.
    """

    status: Status
    summary: str
    remedies: tuple[str, ...] = ()
    exit: int | None = None
    cause: str | None = None


class Check(NamedTuple):
    """One check that was done, or skipped.

    Attributes:
        name: its name.
        provider: the provider that it is about, None if it is about the machine.
        took_ms: how long it took.
        found: what it found.
    """

    name: str
    provider: str | None
    took_ms: int
    found: Finding

    def as_json(self, shown: Callable[[str], str]) -> Mapping[str, Any]:
        """Return the check as one object.

        Args:
            shown: returns a text as it may be shown.
        """
        found = self.found
        return {
            "name": self.name,
            "provider": self.provider,
            "status": found.status.value,
            "summary": shown(found.summary),
            "remedy": shown("; ".join(found.remedies)) or None,
            "took_ms": self.took_ms,
            "exit": found.exit,
        }


class Step(NamedTuple, Generic[T]):
    """A check to do.

    Attributes:
        name: its name.
        look: does it.
        needs: names of the checks without which it is pointless.
    """

    name: str
    look: Callable[[T], Finding]
    needs: tuple[str, ...] = ()


class Examination(Generic[T]):
    """The checks of one provider, or of the machine.

    Args:
        case: what the checks look at, and share.
        provider: the provider's name, None for the machine.

    Attributes:
        checks: those that were done or skipped so far.
    """

    def __init__(self, case: T, provider: str | None = None) -> None:
        self.case = case
        self.checks: list[Check] = []
        self._provider = provider
        self._causes: dict[str, str] = {}

    def go(self, steps: Sequence[Step[T]]) -> None:
        """Do the next checks in order."""
        for each in steps:
            begun = time.monotonic()
            cause = next((self._causes[name] for name in each.needs if name in self._causes), None)
            found = pointless(cause) if cause else each.look(self.case)
            took = round((time.monotonic() - begun) * 1000)
            if found.cause or found.status is Status.FAIL:
                self._causes[each.name] = found.cause or each.name
            self.checks.append(Check(each.name, self._provider, took, found))


def ok(summary: str) -> Finding:
    """Return the finding that all is well."""
    return Finding(Status.OK, summary)


def warned(summary: str, *remedies: str) -> Finding:
    """Return the finding of something that works, and may not for long."""
    return Finding(Status.WARN, summary, remedies)


def skipped(why: str) -> Finding:
    """Return what stands for a check that was not done."""
    return Finding(Status.SKIP, why)


def pointless(cause: str) -> Finding:
    """Return what stands for a check that another one has made pointless, by its failure."""
    return Finding(Status.SKIP, f"not checked, since {cause} failed", cause=cause)


def failed(error: CallinspectError, *remedies: str, otherwise: Sequence[str] = ()) -> Finding:
    """Return the finding of a failure.

    Args:
        error: the failure, whose hints say what to do.
        remedies: what else to do.
        otherwise: what to do if there is nothing else.
    """
    code = str(error.http_status or "")
    status = f" (HTTP {code})" if code not in error.shown_message else ""
    known = tuple(dict.fromkeys((*error.hints, *remedies))) or tuple(otherwise)
    return Finding(Status.FAIL, error.shown_message + status, known, error.exit_status)


def exit_status(checks: Sequence[Check]) -> int:
    """Return the exit status of the first check that failed, 0 if none did."""
    return next((each.found.exit for each in checks if each.found.exit), 0)
