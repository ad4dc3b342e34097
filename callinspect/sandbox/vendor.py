"""What an emulated vendor is written with.

A vendor is a folder of `vendors/`, named like its provider: `calls.json`, which `catalogue` describes, and a module
with a subclass of `Vendor` and the name `VENDOR` for it. It is served below `http://127.0.0.1:PORT/<name>`:

    class Nimbus(Vendor):
        account = {"token": "sandbox-nimbus-token"}
        way = ("token",)
        addresses = {"base_url": "/v1"}
        calls = read(Path(__file__).with_name("calls.json"), lambda name: f"NC{digest(name).hex()}").calls
        refusals = {
            "credentials": Refusal(401, {"error": "invalid token"}),
            "path": Refusal(404, {"error": "{path} does not exist"}),
            "method": Refusal(405, {"error": "{method} is not allowed"}),
            "call": Refusal(404, {"error": "there is no call {call_id}"}),
            "403": Refusal(403, {"error": "not allowed"}),
            "429": Refusal(429, {"error": "too many requests"}, {"Retry-After": "{wait}"}),
            "500": Refusal(500, {"error": "internal error"}),
            "503": Refusal(503, {"error": "try again later"}),
        }

        def routes(self):
            call = "/v1/calls/{}"
            return (
                Route("/v1/calls", self._list),
                Route(call, self.one),
                Route(f"{call}/recordings", self.listing("recordings")),
            )

        def admit(self, request):
            return None if request.bearer == self.account["token"] else self.refuse(request, "credentials")

        def _list(self, request):
            return self.reply({"calls": [record for _, record in self.current()]})

    VENDOR = Nimbus

Times are written in ISO 8601, to the millisecond; `read(..., form="epoch_milliseconds")` sets another of `scene.FORMS`
for all of them. The record that `present` gets, or `find` returns, still has objects of `scene` in place of moments and
addresses: `self.reply` writes them out. To use them yourself, take `self.scene.render(record)`.

The contract tests say which calls and which ways to authenticate are missing.
"""

from __future__ import annotations

import math
import threading
import uuid
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from callinspect.sandbox.exchange import JSON, Refusal, Reply, Request, page, reply
from callinspect.sandbox.faults import LONG_WAIT, SHORT_WAIT
from callinspect.sandbox.ledger import Allowance, Tokens
from callinspect.sandbox.scene import FORMS, ending
from callinspect.sandbox.template import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from callinspect.sandbox.scene import Call, Scene

REFUSALS: Final = ("credentials", "path", "method", "call", "403", "429", "500", "503")
"""The refusals that every vendor has."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path (`{}` is a segment that its handler gets, `*` one that it does not), and whether it is for anybody."""

    path: str
    handler: Callable[..., Reply]
    method: str = "GET"
    public: bool = False

    def match(self, segments: Sequence[str]) -> tuple[str, ...] | None:
        """Return what stands at each `{}`, or None when *segments* is another path."""
        pattern = self.path.strip("/").split("/")
        if len(pattern) != len(segments):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(want not in ("{}", "*", got) for want, got in pairs):
            return None
        return tuple(got for want, got in pairs if want == "{}")


class Vendor(ABC):
    """One emulated vendor. It keeps what a vendor keeps (tokens, sessions, rates) for one running sandbox.

    Attributes:
        calls: the calls that it knows.
        account: all credentials that it accepts, by the names of the provider's fields.
        way: the fields of `account` that the environment of `--sandbox` has: one way to authenticate.
        addresses: the path of each address that a provider is given; one is that of `base_url`.
        refusals: at least `REFUSALS`; any name may be a step of a call.
        kind: the content type of answers.
        burst: requests that it grants before it limits to one a second, None for no limit.
        token_seconds: the lifetime of tokens that it issues.
    """

    calls: ClassVar[Sequence[Call]]
    account: ClassVar[Mapping[str, str]]
    way: ClassVar[Sequence[str]]
    addresses: ClassVar[Mapping[str, str]]
    refusals: ClassVar[Mapping[str, Refusal]]
    kind: ClassVar[str] = JSON
    burst: ClassVar[int | None] = None
    token_seconds: ClassVar[int] = 3600

    def __init__(self, scene: Scene, *, burst: int | None = None, token_lifetime: int | None = None) -> None:
        self.scene = scene
        self.lock = threading.Lock()
        self.tokens = Tokens(self.token_seconds if token_lifetime is None else token_lifetime)
        self.allowance = Allowance(self.burst if burst is None or self.burst is None else burst)
        self._tried: Counter[str] = Counter()
        self._by_id = {call.id: call for call in self.calls}
        self._routes = tuple(self.routes())

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """Return every path the vendor answers; of two that match, the earlier one."""

    @abstractmethod
    def admit(self, request: Request) -> Reply | None:
        """Return the refusal of a request whose credentials are invalid, or None."""

    def present(self, _call: Call, record: Any) -> Reply:
        """Return the answer that shows one call's record, whose moments are not written out yet: `reply` does that."""
        return self.reply(record)

    def answer(self, request: Request) -> Reply:
        """Return the vendor's answer to *request*."""
        matches = ((route, found) for route in self._routes if (found := route.match(request.segments)) is not None)
        route, found = next(matches, (None, ()))
        if not (route and route.public) and (refusal := self.admit(request)):
            return refusal
        if route is None:
            return self.refuse(request, "path")
        if route.method != ("GET" if request.method == "HEAD" else request.method):
            refusal = self.refuse(request, "method")
            return replace(refusal, headers=(*refusal.headers, ("Allow", route.method)))
        answer = route.handler(request, *found)
        if route.public or (call := self._subject(request)) is None:
            return answer
        return self._gone_through(call.steps_below, f"below {call.id}", request, answer)

    def reply(self, document: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        """Return *document* as the vendor's answer, with its moments and addresses written out."""
        return reply(self.scene.render(document), status=status, kind=self.kind, headers=headers)

    def refuse(self, request: Request, name: str, *, wait: float = 0, **known: str) -> Reply:
        """Return the refusal of that name.

        In its texts `{method}`, `{client}` and `{path}` (below the base URL) are those of the request, `{uuid}` is new
        each time, and a rate limit ends in `{wait}` seconds, at the HTTP date `{date}`, or at `{reset FORM}`, in one of
        `scene.FORMS`: `{reset epoch_seconds}`.
        """
        refusal = self.refusals[name]
        date = datetime.now(UTC) + timedelta(seconds=wait)
        said = {
            "method": request.method,
            "client": request.client,
            "path": request.path.removeprefix(self.addresses["base_url"] + "/"),
            "uuid": str(uuid.uuid4()),
            "wait": str(math.ceil(wait)),
            "date": format_datetime(date, usegmt=True),
            **{f"reset {form}": ending(date, form) for form in FORMS},
            **known,
        }
        body, headers = filled(refusal.body, said), filled(dict(refusal.headers), said)
        return reply(body, status=refusal.status, kind=refusal.kind or self.kind, headers=headers)

    def one(self, request: Request, call_id: str) -> Reply:
        """Return the call as it is presented, its faults included, or the vendor's 404."""
        found = self.find(call_id)
        if found is None:
            return self.refuse(request, "call", call_id=call_id)
        call, record = found
        return self._gone_through(call.steps, call.id, request, self.present(call, record))

    def listing(self, name: str) -> Callable[[Request, str], Reply]:
        """Return what answers with one of the lists below a call, empty if it has none, or with the vendor's 404."""

        def answer(request: Request, call_id: str) -> Reply:
            found = self.below(call_id, name)
            return self.refuse(request, "call", call_id=call_id) if found is None else self.reply(found)

        return answer

    def below(self, call_id: str, name: str) -> Sequence[Mapping[str, Any]] | None:
        """Return one of the lists below a call, moments not yet written out, or None if there is no such call."""
        found = self.find(call_id)
        return found and found[0].below.get(name, ())

    def everything(self, name: str) -> list[Mapping[str, Any]]:
        """Return what all calls without faults have in the list of that name, moments not yet written out."""
        return [item for call in self.calls if not call.faulty for item in self.below(call.id, name) or ()]

    def current(self) -> list[tuple[Call, dict[str, Any]]]:
        """Return every well-behaved call the vendor knows at this moment, with its record."""
        elapsed = self.scene.elapsed
        known = [(call, call.at(elapsed)) for call in self.calls if not call.faulty]
        return [(call, self.scene.render(record)) for call, record in known if record is not None]

    def find(self, call_id: str) -> tuple[Call, Mapping[str, Any]] | None:
        """Return a call, in its present run, and its record of this moment, moments not yet written out, or None."""
        if call_id not in self._by_id:
            return None
        elapsed = self.scene.elapsed
        call = self._by_id[call_id].current(elapsed)
        record = call.at(elapsed)
        return None if record is None else (call, record)

    def spoil(self, step: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* as it becomes when the fault *step* hits it."""
        match step.split():
            case ["429", "long"]:
                return self.refuse(request, "429", wait=LONG_WAIT)
            case ["html", status]:
                return page("Welcome" if status == "200" else "Bad Gateway", status=int(status))
            case [("slow" | "truncated" | "reset") as delivery]:
                return replace(answer, delivery=delivery)
        return self.refuse(request, step, wait=SHORT_WAIT) if step in self.refusals else answer

    def _subject(self, request: Request) -> Call | None:
        """Return the call that more is asked about: the one in the path, or the last that this connection asked for.

        A list of calls or a device, whose path names no call, so belongs to the call that it is read for.
        """
        *above, last = request.segments
        if last in self._by_id:
            return None
        return next((self._by_id[each] for each in (*above, *request.earlier) if each in self._by_id), None)

    def _gone_through(self, steps: Sequence[str], key: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* as it becomes when it is the turn of one of these steps."""
        if not steps:
            return answer
        with self.lock:
            step = steps[self._tried[key] % len(steps)]
            self._tried[key] += 1
        return self.spoil(step, request, answer)
