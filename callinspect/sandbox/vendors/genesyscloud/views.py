"""What each resource of Genesys Cloud tells of one story, so that all of them tell the same."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox.scene import At, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from callinspect.sandbox.scene import Record

OUTSIDE: Final = frozenset({"customer", "external"})
PEOPLE: Final = frozenset({"agent", "user"})
SUPERVISORS: Final = {
    "monitoredParticipantId": "monitoring",
    "coachedParticipantId": "coaching",
    "bargedParticipantId": "barging",
}
_BEFORE: Final = {"acd": "delay", "ivr": "system", "voicemail": "system"}
_WITHIN: Final = {"ivr": "ivr", "voicemail": "voicemail"}
_PHRASES: Final = {17: "User busy", 404: "Not Found", 480: "Temporarily Unavailable", 486: "Busy Here"}
_CAMEL: Final = {
    "transport.failure": "transportFailure",
    "session.expired": "sessionExpired",
    "endpoint.donotdisturb": "dndEndpoint",
    "transfer.conference": "conferenceTransfer",
    "transfer.consult": "consultTransfer",
    "transfer.donotdisturb": "dndTransfer",
    "transfer.forward": "forwardTransfer",
    "transfer.noanswer": "noAnswerTransfer",
    "transfer.notavailable": "notAvailableTransfer",
}
_PRIVATE: Final = frozenset({"holds", "talks", "parks", "sip", "q850", "waits", "medium"})
"""What a story says of somebody that the call resource does not: see `Somebody`."""


class Somebody:
    """One participant of a story at a moment.

    In the story `holds` and `parks` are pairs of moments (the second may be missing), `talks` is when a connected phone
    begins to talk, `waits` the state until the call alerts or is connected; `sip` and `q850` are the codes of its end.
    """

    def __init__(self, call_id: str, name: str, said: Record, now: float) -> None:
        self.id = _id(f"{call_id} {name}")
        self._all = said
        self._now = now
        self.known = {key: value for key, value in said.items() if key not in _PRIVATE and self._has_come(value)}
        self.over = "endTime" in self.known
        if not self.over:
            self.known.pop("disconnectType", None)

    def _has_come(self, value: Any) -> bool:
        return not isinstance(value, At) or value.seconds <= self._now

    @property
    def present(self) -> bool:
        """Whether it has joined, or nothing says when."""
        return "startTime" in self.known or not isinstance(self._all.get("startTime"), At)

    @property
    def purpose(self) -> Any:
        """Who it is."""
        return self._all.get("purpose")

    @property
    def state(self) -> str:
        """The state in the call resource."""
        if self.over:
            return "terminated"
        if "connectedTime" in self.known:
            return "parked" if self._during("parks") else "connected"
        return "alerting" if "startAlertingTime" in self.known else str(self._all.get("waits", "alerting"))

    def _during(self, what: str) -> At | None:
        """Return since when it has been held or parked."""
        for begin, *end in self._all.get(what, ()):
            if self._has_come(begin) and not (end and self._has_come(end[0])):
                return None if self.over else begin
        return None

    def call(self) -> dict[str, Any]:
        """Return it as the call resource shows it."""
        flags = dict.fromkeys(("held", "muted", "confined", "recording", "wrapupRequired"), False)
        usual = {"id": self.id, "state": self.state, **flags, "recordingState": "none", "attributes": {}}
        held, parked = self._during("holds"), self._during("parks")
        now = {"held": True, "startHoldTime": held} if held else {"parkTime": parked} if parked else {}
        return {**usual, **self.known, **now}

    def conversation(self) -> dict[str, Any]:
        """Return it as the conversation resource shows it: the state is never filled."""
        usual = self.call()
        kept = ("id", "purpose", "name", "startTime", "endTime", "attributes")
        own = {key: value for key, value in usual.items() if key in kept}
        segments = [{"startTime": at, "endTime": end, "type": kind.capitalize()} for kind, at, end in self._segments()]
        leg = {
            "id": _id(f"{self.id} leg"),
            "state": usual["state"],
            "direction": usual.get("direction"),
            "disconnectType": usual.get("disconnectType"),
            "disconnectReasons": [*self._reasons()] if self.over else None,
            "connectedTime": usual.get("connectedTime"),
            "disconnectedTime": usual.get("endTime"),
            "provider": "Edge",
            "segments": [_known(each) for each in segments],
        }
        return {**own, **self._user(), "calls": [_known(leg)]}

    def _reasons(self) -> Iterator[dict[str, Any]]:
        for kind in ("sip", "q850"):
            for code in self._all.get(kind, ()):
                yield {"type": kind, "code": code, "phrase": _PHRASES.get(code, "")}

    def _user(self) -> dict[str, Any]:
        return {"userId": self.known["user"]["id"]} if self.known.get("user") else {}

    def details(self) -> dict[str, Any]:
        """Return it as the analytics show it."""
        said = self.known
        session = {"mediaType": self._all.get("medium", "voice"), "provider": "Edge"}
        session |= {"sessionId": _id(f"{self.id} session"), "protocolCallId": _id(f"{self.id} sip")}
        session |= {key: said[key] for key in ("ani", "dnis", "direction", "recording", *SUPERVISORS) if key in said}
        if self.purpose == "ivr":
            session["flow"] = {"flowId": _id(f"flow {said.get('name')}"), "flowName": said.get("name")}
        segments = [_segment(*each) for each in self._segments()]
        if self.over and segments:
            word = said.get("disconnectType", "")
            codes = {"sipResponseCodes": self._all.get("sip"), "q850ResponseCodes": self._all.get("q850")}
            segments[-1] |= _known({**codes, "disconnectType": _CAMEL.get(word, word) or None})
        if "startAcwTime" in said:
            segments.append(_segment("wrapup", said["startAcwTime"], said.get("endAcwTime")))
        known = {"participantId": self.id, "participantName": said.get("name"), "purpose": self.purpose}
        return {**_known(known), **self._user(), "sessions": [{**session, "segments": segments}]}

    def _segments(self) -> Iterator[tuple[str, At, At | None]]:
        """Give what it did, one after another, as far as it has come."""
        marks = sorted(self._marks(), key=lambda mark: mark[0].seconds)
        marks = [mark for mark in marks if self._has_come(mark[0])]
        ends = [*(at for at, _ in marks[1:]), self.known.get("endTime")]
        for (at, kind), end in zip(marks, ends, strict=True):
            if end is None or end.seconds > at.seconds:
                yield kind, at, end

    def _marks(self) -> Iterator[tuple[At, str]]:
        """Give when it began to do what."""
        said, outgoing = self._all, self._all.get("direction") == "outbound"
        person = self.purpose in PEOPLE
        before = ("contacting" if person else "dialing") if outgoing else "alert" if person else "system"
        within = next(
            (kind for key, kind in SUPERVISORS.items() if key in said), _WITHIN.get(str(self.purpose), "interact")
        )
        if said.get("startTime"):
            yield said["startTime"], _BEFORE.get(str(self.purpose), before)
        if said.get("connectedTime"):
            yield said["connectedTime"], "dialing" if "talks" in said else within
        if "talks" in said:
            yield said["talks"], within
        for what, kind in (("holds", "hold"), ("parks", "parked")):
            for begin, *end in said.get(what, ()):
                yield begin, kind
                for each in end:
                    yield each, within


class Story:
    """A call at a moment: all its participants, in the order in which they are told, and what is said of the whole.

    Args:
        call_id: the conversation.
        told: of each participant, by name, what differs from what is known of them; all else is said of the whole.
        people: what is known of everybody, by name; a number behind it tells those of one kind apart.
        now: the seconds since the start; what comes later is not known yet.
    """

    def __init__(self, call_id: str, told: Record, people: Mapping[str, Record], now: float) -> None:
        self.id = call_id
        whole = {name: {**people[_kind(name)], **said} for name, said in told.items() if _kind(name) in people}
        named = {name: _id(f"{call_id} {name}") for name in whole}
        for said in whole.values():
            said.update({key: named[said[key]] for key in (*SUPERVISORS, "consultParticipantId") if key in said})
        everybody = [Somebody(call_id, name, said, now) for name, said in whole.items()]
        self.everybody = [each for each in everybody if each.present]
        self.over = all(each.over for each in self.everybody)
        self._whole = {key: value for key, value in told.items() if _kind(key) not in people and key != "mos"}
        self._mos = told.get("mos")

    def call(self) -> dict[str, Any]:
        """Return the call resource."""
        address = {"selfUri": f"/api/v2/conversations/calls/{self.id}"}
        usual = {"id": self.id, "otherMediaUris": [], "recordingState": "none"}
        return {**usual, "participants": [each.call() for each in self.everybody], **self._whole, **address}

    def conversation(self) -> dict[str, Any]:
        """Return the conversation resource."""
        address = {"selfUri": f"/api/v2/conversations/{self.id}"}
        people = [each.conversation() for each in self.everybody]
        begun = [each["startTime"] for each in people if "startTime" in each]
        times = {"startTime": min(begun, key=lambda at: at.seconds)} if begun else {}
        state = {"recordingState": str(self._whole.get("recordingState", "none")).upper()}
        return {"id": self.id, **times, "participants": people, **state, **address}

    def details(self) -> dict[str, Any]:
        """Return the document of the analytics."""
        people = [each.details() for each in self.everybody]
        segments = [each for person in people for session in person["sessions"] for each in session["segments"]]
        outside = [each.known.get("direction") for each in self.everybody if each.purpose in OUTSIDE]
        whole = {"conversationId": self.id, "originatingDirection": next(iter(outside), "outbound")}
        whole |= {"divisionIds": ["5a6db0c5-6c10-4000-8000-5a6db0c50009"], "participants": people}
        if segments:
            whole["conversationStart"] = min((each["segmentStart"] for each in segments), key=lambda at: at.seconds)
        if segments and all("segmentEnd" in each for each in segments):
            whole["conversationEnd"] = max((each["segmentEnd"] for each in segments), key=lambda at: at.seconds)
        return whole | ({"mediaStatsMinConversationMos": self._mos} if self._mos else {})


def _kind(name: str) -> str:
    """Return whom a name stands for: the seventh guest is a guest."""
    return name.rstrip("0123456789 ")


def _segment(kind: str, start: At, end: At | None) -> dict[str, Any]:
    return _known({"conference": False, "segmentType": kind, "segmentStart": start, "segmentEnd": end})


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _id(key: str) -> str:
    return str(uuid.UUID(bytes=digest(f"genesyscloud {key}")[:16], version=4))
