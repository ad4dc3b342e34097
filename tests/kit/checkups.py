"""Runs of `doctor`: what each check says, and that no secret is among it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit.program import BASIC, PASSWORD, callinspect
from kit.proxying import ENCODED, PROXY_PASSWORD, SENT
from kit.servers import answer

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRETS = (PASSWORD, BASIC, PROXY_PASSWORD, ENCODED, SENT)

WELL = answer(200, '{"currentCallQueueSize": 0}')
"""What the vendor answers that tests take as an example, where it takes the credentials."""


@dataclass(frozen=True)
class Checkup:
    """How a run ended, and what it found.

    Attributes:
        status: its exit status.
        checks: the checks as they were written.
        err: what it wrote to standard error.
    """

    status: int
    checks: list[dict[str, Any]]
    err: str

    def __getitem__(self, name: str) -> dict[str, Any]:
        [found] = [each for each in self.checks if each["name"] == name]
        return found

    @property
    def wrong(self) -> list[str]:
        """The names of the checks that failed."""
        return [each["name"] for each in self.checks if each["status"] == "fail"]

    @property
    def statuses(self) -> dict[str, str]:
        return {each["name"]: each["status"] for each in self.checks}

    def failure(self, name: str, status: int, *later: str) -> tuple[str, str]:
        """Return summary and remedy of the first check that failed, whose status the run has; later ones are named."""
        assert self.wrong == [name, *later], self.checks
        found = self[name]
        assert (self.status, found["exit"]) == (status, status)
        assert found["remedy"], found
        return found["summary"], found["remedy"]

    def warning(self, name: str) -> tuple[str, str]:
        """Return summary and remedy of a check that warned, while none failed."""
        assert (self.status, self.wrong) == (0, []), self.checks
        found = self[name]
        assert (found["status"], found["exit"]) == ("warn", None)
        assert found["remedy"], found
        return found["summary"], found["remedy"]


def doctor(*arguments: str, env: Mapping[str, str]) -> Checkup:
    """Run `doctor` at its most talkative; whatever it finds, no secret is shown."""
    done = callinspect("doctor", *arguments, "-vv", "--debug", env=env)
    for secret in SECRETS:
        assert secret.encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr, done.stderr
    found = json.loads(done.stdout)
    assert found["ok"] is (done.returncode == 0)
    for each in found["checks"]:
        assert list(each) == ["name", "provider", "status", "summary", "remedy", "took_ms", "exit"]
        assert (each["status"] in {"fail", "warn"}) is (each["remedy"] is not None), each
    return Checkup(done.returncode, found["checks"], done.stderr.decode())
