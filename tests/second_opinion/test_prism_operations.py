"""Prism answers for vendors whose requests need several operations: all that is asked is allowed, and read."""

import json
import os
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import jsonschema
import pytest
from kit.program import callinspect, environment
from second_opinion.comparison import disagreements
from second_opinion.serving import Json, absent, choosing, pinned, serving, without

from callinspect import providers
from callinspect.provider import Account, Response
from callinspect.render import schema

pytestmark = pytest.mark.second_opinion

SPECS = Path(os.environ.get("CALLINSPECT_VENDOR_SPECS") or Path(__file__).parents[3] / "shared" / "vendors" / "specs")
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema.text()), format_checker=jsonschema.FormatChecker())
TIMES = 12
"""How often a random answer is read."""


class Record(NamedTuple):
    """A record of a call in a specification.

    Attributes:
        provider: whose it is.
        path: of its operation.
        call_id: of the call that is asked for.
        values: those that have to fit the request, or that decide further ones, by where they stand.
        fields: of the account.
        document: the specification's file.
        root: what the base URL ends with.
        absent: operations that find nothing, and what they answer.
        below: values that have to fit the request in what is read besides, by operation.
        words: what a field is chosen from that the specification leaves open; given any, times are those of one hour.
    """

    provider: str
    path: str
    call_id: str
    values: Json
    fields: dict[str, str]
    document: str
    root: str = ""
    absent: Mapping[str, Json] = MappingProxyType({})
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    below: Mapping[str, Json] = MappingProxyType({})


UUID = "5550100a-5550-4100-8550-5550100a5550"
SID, LEG = f"CA{'5550100a' * 4}", "v3:second-opinion_1"
ALONE: Json = {"parent_call_sid": None}
TWILIO = "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json"
TEXML, CONTROL = "/texml/Accounts/{account_sid}/Calls/{call_sid}", "/calls/{call_control_id}"
COMPATIBILITY, LOG = "/api/laml/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}", "/api/voice/logs/{id}"
ACCOUNT = {"account_sid": f"AC{'5550100b' * 4}", "auth_token": "second-opinion"}
KEY = {"api_key": "KEYsecondopinion", "account_sid": UUID}
PROJECT = {"project_id": UUID, "api_token": "PTsecondopinion"}
TOKEN = {"access_token": "second-opinion"}
CONVERSATION = "/api/v2/conversations/calls/{conversationId}"
DETAILS = "/api/v2/analytics/conversations/{conversationId}/details"
PURPOSES = ("customer", "external", "agent", "user", "ivr", "acd", "workflow", "voicemail")
ENDPOINTS = ("tel:+13125550141", "sip:5550100@127.0.0.1;user=acd", "sip:anonymous@anonymous.invalid")
PEOPLE = {"mediaType": ("voice",), "purpose": PURPOSES, **dict.fromkeys(("ani", "dnis", "address"), ENDPOINTS)}
STATUSES = ("started", "ringing", "answered", "machine", "completed", "busy", "cancelled", "failed", "unanswered")

RECORDS = {
    "twilio": Record("twilio", TWILIO, SID, {"sid": SID, **ALONE}, ACCOUNT, "twilio-calls-openapi.json"),
    "texml": Record(
        "telnyx",
        TEXML,
        LEG,
        {"sid": LEG},
        KEY,
        "telnyx-openapi.json",
        below={CONTROL: {"data.call_leg_id": UUID}},  # its events are found by the leg of the other record
    ),
    "call-control": Record(
        "telnyx",
        CONTROL,
        LEG,
        {"data.call_control_id": LEG, "data.call_leg_id": UUID},
        KEY,
        "telnyx-openapi.json",
        absent={TEXML: {"errors": [{"detail": "Resource not found"}]}},
    ),
    "compatibility": Record(
        "signalwire", COMPATIBILITY, UUID, {"sid": UUID, **ALONE}, PROJECT, "signalwire-openapi.json", "/api"
    ),
    "voice-log": Record(
        "signalwire",
        LOG,
        UUID,
        {"id": UUID, "parent_id": None},
        PROJECT,
        "signalwire-openapi.json",
        "/api",
        {COMPATIBILITY: {"code": 20404, "message": "Not found", "status": 404}},
    ),
    "conversation": Record(
        "genesyscloud",
        CONVERSATION,
        UUID,
        {"id": UUID},
        TOKEN,
        "genesyscloud-openapi.json",
        "/api/v2",
        words=PEOPLE,
        below={DETAILS: {"conversationId": UUID}},
    ),
    "analytics": Record(
        "genesyscloud",
        DETAILS,
        UUID,
        {"conversationId": UUID},
        TOKEN,
        "genesyscloud-openapi.json",
        "/api/v2",
        {CONVERSATION: {"code": "not.found", "message": "Not found", "status": 404, "contextId": UUID}},
        PEOPLE,
    ),
    "vonage": Record(
        "vonage",
        "/v1/calls/{uuid}",
        UUID,
        {"uuid": UUID, "conversation_uuid": UUID},
        TOKEN,
        "vonage-voice-openapi.json",
        "/v1",
        words={"status": STATUSES},
    ),
}
PAGING = {"next_page_uri", "next", "total_pages", "nextUri"}
"""What leads to a next page: where it is invented, there is no last one."""

Start = Callable[..., str]


@pytest.fixture(scope="module")
def start(prism: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return a function that serves a record's specification with options of Prism's, and gives the base URL."""
    with ExitStack() as running:
        urls: dict[tuple[str, ...], str] = {}

        def serve(name: str, *options: str) -> str:
            record = RECORDS[name]
            if not (document := SPECS / record.document).exists():
                pytest.skip(f"{document} is not there; CALLINSPECT_VENDOR_SPECS names the directory it is in")
            if (name, *options) not in urls:
                folder = tmp_path_factory.mktemp("prism")
                served = folder / document.name
                served.write_text(json.dumps(fitting(record, json.loads(document.read_text(encoding="utf-8")))))
                urls[name, *options] = running.enter_context(serving(prism, served, folder / "log", *options))
            return urls[name, *options] + record.root

        yield serve


def fitting(record: Record, spec: Json) -> Json:
    """Return a specification that answers for one call, and with one page."""
    changed: Json = without(spec, PAGING)
    if record.words:
        changed = choosing(changed, record.words)
    for path, values in ((record.path, record.values), *record.below.items()):
        pinned(changed, path, values)
    for path, body in record.absent.items():
        absent(changed, path, body)
    return changed


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., list[Json]]:
    """Return a function that runs callinspect with a record's account at a URL; it gives what is printed, in JSON."""

    def to_end(name: str, url: str, *arguments: str) -> list[Json]:
        record = RECORDS[name]
        fields = {**record.fields, "base_url": url}
        env = {f"CALLINSPECT_{record.provider}_{field}".upper(): value for field, value in fields.items()}
        done = callinspect(*arguments, "-o", "jsonl", env=environment(tmp_path, **env))
        assert (done.returncode, done.stderr.decode()) == (0, ""), "Prism refused a request, or its answer was not read"
        return [json.loads(line) for line in done.stdout.splitlines()]

    return to_end


MODES = {"fixed": (), "random": ("--dynamic",)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", RECORDS)
def test_prism_accepts_all_that_is_asked_of_a_call(
    start: Start, run: Callable[..., list[Json]], name: str, mode: str
) -> None:
    record = RECORDS[name]
    url = start(name, *MODES[mode])
    for _ in range(TIMES if mode == "random" else 1):
        (found,) = run(name, url, "get", record.provider, record.call_id, "--with", "all", "--include", "raw")
        raw = found.pop("raw")
        call = raw.get("data", raw)
        if record.path == CONVERSATION:  # whose details are in no first answer
            call["without events"] = ""
        VALIDATOR.validate(found)
        assert disagreements(record.provider, call, found) == {}, call
        assert unplaced(call, found) == []
        unread = [each for each in found["warnings"] if "could not be read" in each]
        assert [each for each in unread if "another call's" not in each] == []  # whose ID is invented as well


def unplaced(call: Json, record: Json) -> list[Any]:
    """Return the texts and numbers of a call that its record has nowhere. Times change their form."""
    kept = [*map(plain, leaves(record))]
    names = [name for name in call if not name.endswith(("_time", "_at")) and not name.startswith("date_")]
    return [value for name in names for value in leaves(call[name]) if plain(value) not in kept]


def plain(value: Any) -> Any:
    """Return a number without its sign, whether it is a text or not."""
    try:
        return value if isinstance(value, bool) else abs(Decimal(str(value)))
    except InvalidOperation:
        return value


WITHHELD = {"headers", "authorization"}
"""What an endpoint has for the customer's own server, which no record shows."""


def leaves(value: Any) -> Iterator[Any]:
    """Yield the values that hold no others; nothing, and what is empty, is none, nor what is withheld."""
    if isinstance(value, dict | list):
        for each in [value[name] for name in value if name not in WITHHELD] if isinstance(value, dict) else value:
            yield from leaves(each)
    elif value not in (None, ""):
        yield value


FILTERS = ("--from", "+13125550141", "--to", "+13125550172", "--since", "2026-01-02", "--cause", "busy")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", RECORDS)
def test_prism_accepts_what_is_asked_of_a_list(
    start: Start, run: Callable[..., list[Json]], name: str, mode: str
) -> None:
    url = start(name, *MODES[mode])
    listed = run(name, url, "list", RECORDS[name].provider, "--since", "all", "--limit", "3", "--quiet")
    for each in listed:
        VALIDATOR.validate(each)
    if mode == "fixed":
        assert listed or RECORDS[name].provider == "telnyx"  # whose example is empty
        run(name, url, "list", RECORDS[name].provider, *FILTERS, "--quiet")


@pytest.mark.parametrize("name", ["twilio", "compatibility"])
def test_prism_accepts_how_credentials_are_checked(start: Start, name: str) -> None:
    record = RECORDS[name]
    provider = providers.get(record.provider)
    asked = provider.verify(Account(base_url=start(name), values=record.fields))
    login = b64encode(":".join(record.fields.values()).encode()).decode()
    request = urllib.request.Request(asked.url, headers={"Authorization": f"Basic {login}"})
    with urllib.request.urlopen(request) as answer:
        provider.verified(Response(answer.status, {}, answer.read()))
