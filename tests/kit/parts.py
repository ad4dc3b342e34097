"""Related data of calls, and a vendor that answers for its calls as it should and plays anything for the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from callinspect import providers
from kit import cases, vendors
from kit.program import callinspect
from kit.servers import Answer, Chooser, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kit.cases import Case
    from kit.program import Done

    Play = Callable[[bytes], Answer]

HAVING = [name for name in vendors.NAMES if providers.get(name).extras]
"""The vendors that have related data."""

PACED = [name for name in HAVING if providers.get(name).interval >= 1]
"""Those that are asked at a pace that a short run notices."""

KEYS = frozenset({"events", "recordings", "transcriptions", "legs", "device"})

FAST = ("--rate", "1000/s")
"""For what is not about a vendor's pace."""


def played(vendor: str) -> list[Case]:
    """Return the cases of a vendor with related data, of the usual account."""
    usual = cases.account(vendor)["fields"]
    return [each for each in cases.cases("calls", vendor) if each.extras and each.fields == usual]


def good(vendor: str) -> Case:
    """Return the case whose call leads to most of its related data, of those that are told of where they are asked for.

    A call of the second place is not asked for what the first has besides.
    """
    return max(played(vendor), key=lambda each: (each.told is each.exchange[0], len(each.extras), len(each.exchange)))


def path_of(request: bytes) -> str:
    """Return the path and query that are asked for."""
    return request.split(b" ")[1].decode()


class Vendor(Chooser):
    """A vendor that knows some calls, each with what leads to its related data.

    Args:
        vendor: which.
        part: answers whatever else is asked for.
        call: changes what it says of a call.
        ids: of the calls; that of the case where none are given.
    """

    def __init__(
        self,
        vendor: str,
        part: Play,
        call: Callable[[Any], Any] = lambda body: body,
        ids: Iterable[str] = (),
    ) -> None:
        super().__init__(self._chosen)
        self.vendor = vendor
        self.case = good(vendor)
        self.ids = [*ids] or [self.case.call_id]
        self._part = part
        self._change = call
        self._before = vendors.path(vendor, "call")

    def _chosen(self, request: bytes) -> Answer:
        call_id = self.asked_for(request)
        if call_id is None:
            return self._part(request)
        text = json.dumps(self._change(self.case.told.body))
        return answer(200, text.replace(self.case.call_id, call_id))

    def asked_for(self, request: bytes) -> str | None:
        """Return the ID of the call that is asked for, None for a request for something else."""
        path = path_of(request)
        if not path.startswith(self._before):
            return None
        call_id = unquote(path.removeprefix(self._before).removesuffix(vendors.suffix(self.vendor)))
        return call_id if call_id in self.ids else None

    def sent(self, request: bytes) -> Any:
        """Return what a case has in answer to a request for related data; an empty list for any other."""
        asked = path_of(request)
        known = (each for case in (self.case, *played(self.vendor)) for each in case.exchange[1:])
        return next((each.body for each in known if asked.endswith(each.request.split()[1])), [])

    @property
    def variables(self) -> dict[str, str]:
        """The environment's variables of an account there."""
        return vendors.variables(self.vendor, self.url + vendors.root(self.vendor))

    @property
    def parts(self) -> list[str]:
        """What was asked for besides calls, in order."""
        return [path_of(each) for each in self.requests if self.asked_for(each) is None and each.startswith(b"GET")]

    def get(self, *options: str, env: Mapping[str, str], stdin: str = "") -> Done:
        """Ask for the call with all of its related data, or for the calls on standard input."""
        which = "-" if stdin else self.ids[0]
        known = {**self.variables, **env}
        return callinspect("get", self.vendor, which, "--with", "all", *options, env=known, stdin=stdin)


def record(done: Done) -> Any:
    """Return the record of the one call that was read without more ado."""
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)
