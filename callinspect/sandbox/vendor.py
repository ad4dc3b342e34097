"""What the four emulated vendors have in common: routes, admission, calls that live, calls that misbehave."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from callinspect.sandbox.exchange import Reply, Request, page
from callinspect.sandbox.faults import LONG_WAIT, SHORT_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from callinspect.sandbox.scene import Call, Scene


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
    """One emulated vendor. It keeps what a vendor keeps (tokens, sessions, rates) for one running sandbox."""

    calls: ClassVar[tuple[Call, ...]]

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.lock = threading.Lock()
        self._tried: Counter[str] = Counter()
        self._by_id = {call.id: call for call in self.calls}
        self._routes = tuple(self.routes())

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """Return every path the vendor answers; of two that match, the earlier one."""

    @abstractmethod
    def admit(self, request: Request) -> Reply | None:
        """Return the refusal of a request whose credentials do not do, or None."""

    @abstractmethod
    def no_path(self, request: Request, /) -> Reply:
        """Return the vendor's answer to a path it does not have."""

    @abstractmethod
    def no_method(self, request: Request, allowed: Mapping[str, str], /) -> Reply:
        """Return the vendor's answer to a method the path does not take; *allowed* is the Allow header."""

    @abstractmethod
    def no_call(self, request: Request, call_id: str, /) -> Reply:
        """Return the vendor's answer to a call it does not know."""

    @abstractmethod
    def limited(self, request: Request, wait: int, /) -> Reply:
        """Return the vendor's answer to a client that is to come back in *wait* seconds."""

    @abstractmethod
    def unavailable(self, request: Request, /) -> Reply:
        """Return the vendor's 503."""

    def answer(self, request: Request) -> Reply:
        """Return the vendor's answer to *request*."""
        matches = ((route, found) for route in self._routes if (found := route.match(request.segments)) is not None)
        route, found = next(matches, (None, ()))
        if not (route and route.public) and (refusal := self.admit(request)):
            return refusal
        if route is None:
            return self.no_path(request)
        if route.method != ("GET" if request.method == "HEAD" else request.method):
            return self.no_method(request, {"Allow": route.method})
        return route.handler(request, *found)

    def one(self, request: Request, call_id: str, present: Callable[[Call, Any], Reply]) -> Reply:
        """Return the call as *present* shows its record, its faults included, or the vendor's 404."""
        found = self.find(call_id)
        if found is None:
            return self.no_call(request, call_id)
        call, record = found
        answer = present(call, self.scene.render(record))
        return self.spoil(self._next_step(call), request, answer) if call.steps else answer

    def current(self) -> list[tuple[Call, dict[str, Any]]]:
        """Return every well-behaved call the vendor knows at this moment, with its record."""
        elapsed = self.scene.elapsed
        known = [(call, call.at(elapsed)) for call in self.calls if not call.steps]
        return [(call, self.scene.render(record)) for call, record in known if record is not None]

    def find(self, call_id: str) -> tuple[Call, Mapping[str, Any]] | None:
        """Return a call and its record of this moment, moments not yet written out, or None."""
        call = self._by_id.get(call_id)
        record = call.at(self.scene.elapsed) if call else None
        return (call, record) if call and record is not None else None

    def spoil(self, step: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* as it becomes when the fault *step* hits it."""
        match step.split():
            case ["429"]:
                return self.limited(request, SHORT_WAIT)
            case ["429", "long"]:
                return self.limited(request, LONG_WAIT)
            case ["503"]:
                return self.unavailable(request)
            case ["html", status]:
                return page("Welcome" if status == "200" else "Bad Gateway", status=int(status))
            case [("slow" | "truncated" | "reset") as delivery]:
                return replace(answer, delivery=delivery)
        return answer

    def _next_step(self, call: Call) -> str:
        with self.lock:
            step = call.steps[self._tried[call.id] % len(call.steps)]
            self._tried[call.id] += 1
        return step
