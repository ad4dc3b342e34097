"""The vendors' SDKs and callinspect read the same answers: what both understand, they understand alike."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from kit.cases import account as cases_account
from kit.cases import cases
from kit.program import callinspect, environment
from kit.vendors import root
from second_opinion.asking import CURRENT, FORMER, Asked, Json, ask_callinspect, ask_sdk
from second_opinion.comparison import disagreements

from callinspect import providers
from callinspect.sandbox import Sandbox, account, calls

pytestmark = pytest.mark.second_opinion


class Asking(NamedTuple):
    """A script that asks an SDK, the requirements that install the SDK, and which lists it can ask for.

    Attributes:
        size: the vendor's parameter for the size of a list's pages, where callinspect takes it.
        filters: those of `callinspect list` that the SDK has as well; no list is asked for without any.
        needs: fields of an account that the sandbox knows and does not set, and that the SDK needs.
    """

    script: str
    requirements: str
    size: str | None = None
    filters: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


DAYS = ("since", "until")
FILTERS = ("from", "to", "cause", *DAYS)
LAML = ("PageSize", FILTERS)
SDKS = {
    "bandwidth": [Asking("ask_bandwidth.py", CURRENT)],
    "webex": [Asking("ask_webex.py", CURRENT)],
    "catapult": [Asking("ask_catapult.py", FORMER)],
    "twilio": [Asking("ask_laml.py", CURRENT, *LAML)],
    "telnyx": [Asking("ask_telnyx.py", CURRENT, *LAML)],
    "genesyscloud": [Asking("ask_genesyscloud.py", CURRENT, None, ("to", *DAYS))],
    "plivo": [Asking("ask_plivo.py", CURRENT, "limit", FILTERS)],
    "vonage": [Asking("ask_vonage.py", CURRENT, None, ("cause", *DAYS), ("application_id", "private_key"))],
    "signalwire": [Asking("ask_laml.py", FORMER, *LAML), Asking("ask_voice_logs.py", CURRENT, "page_size", DAYS)],
}
"""The SDKs of each provider: the next one is asked for the calls that the one before did not find."""

PROVIDERS = list(SDKS)

STRICTER = {
    "bandwidth": {
        "answer-time-that-is-empty": "an empty text for a time",
        "answer-time-with-second-65": "a time that cannot be",
        "cause-that-is-not-a-text": "a number for a word",
        "future-direction": "a direction that is not documented",
        "malformed-and-offset-times": "a time without a date, and an offset of hours only",
        "one-element-array": "an array around the call",
        "verification-with-more-keys": "a null among the texts of stirShaken",
        "c-81a45d34-8f0e21e4-de89-331e-d60f-84fc5324b8fe": "an array around the call",
    },
    "webex": {
        "explicit-nulls": "a null for callSessionId",
        "malformed-values": "a time and a flag that are none",
        "nothing-but-an-id": "a call without its required fields",
        "answered-at-an-unreadable-time": "a time that is none",
        "answered-is-true": "a flag for a time",
        "legs-of-further-pages": "a number for a session",
        "legs-without-a-session": "a call without its required fields",
        "recall-of-a-type-announced-as-possible": "a recall without a party",
        "remote-party-of-the-wrong-kind": "a list for an object",
        "Y2lzY29zcGFyazovL3VzL0NBTEwvY2FsbGhhbGYtMjY3MDA1NjE5OjA": "a recall without a party",
    },
    "catapult": {},
    "twilio": {"times-out-of-range": "a year that cannot be"},
    "telnyx": {"out-of-its-envelope": "a call without its envelope"},
    "genesyscloud": {
        "nulls": "a null for a word",
        "all-null": "a null for a word",
        "participants-of-nulls": "a null for a word",
        "aged-nulls": "a null for a word",
        "84916c8d-3fd7-492f-8413-e9a230f1cecd": "a null for a word",
    },
    "plivo": {},
    "vonage": {
        "completed-by-nobody-known": "a list for an object",
        "completed-from-an-app": "a user of an app",
        "completed-with-every-field-null": "a null for a word",
        "completed-with-lists-of-none-and-two": "a list for an object",
        "completed-with-times-without-an-offset": "a list for an object",
        "completed-without-endpoints": "an endpoint without an address",
        "legs-of-nothing": "a call without its conversation",
        "words-that-are-not-documented": "an endpoint of another type",
        "bb8fe510-a326-497e-b1c1-7ec4181dd415": "a user of an app",
        "c3cec554-bbd6-4b1a-a7f6-e27966517bf3": "a list for an object",
        "665f4bb1-b456-48f4-95ea-7a928118e875": "an endpoint without an address",
        "92a3eb9d-de75-4c29-9740-d64771c03356": "a user of an app",
        "dbce38fb-a03f-45a2-93a4-2f2f9170704f": "an endpoint of another type",
    },
    "signalwire": {},
}
"""The calls that an SDK refuses over their form, and what it minds. callinspect must not lose a call over any of it."""

OFFERED = {
    "bandwidth": ["recordings"],
    "webex": [],
    "catapult": ["events", "recordings", "transcriptions"],
    "twilio": ["events", "legs", "notifications", "recordings"],
    "telnyx": ["events", "recordings"],
    "genesyscloud": ["events", "recordings"],
    "plivo": ["legs", "recordings"],
    "vonage": ["legs"],
    "signalwire": ["events", "legs", "recordings"],
}
"""What both read with a call."""

UNTYPED = {
    *("malformed-values", "events-of-every-form", "answer-time-as-a-number", "id-that-needs-encoding"),
    *("times-in-other-forms", "recordings-page-by-page", "code-of-another-type", "empty-answer-time"),
    "completed-to-a-withheld-extension",
    *("withheld-caller", "withheld-caller-at-a-sip-address", "unavailable-caller", "withheld-caller-on-a-keypad"),
}
"""Calls of which an SDK passes on what callinspect leaves unread, takes any time for one in UTC, or follows a link to
wherever it leads; and one whose ID cannot be served as it is."""

NOT_FOUND = 404

CASES = {provider: {each.name: each for each in cases("calls", provider) if each.exchange} for provider in PROVIDERS}
"""The project's cases of calls that can be read, by name."""


class Handler(BaseHTTPRequestHandler):
    """Answers below the path PROVIDER/CASE as the case does, and sells tokens."""

    def do_GET(self) -> None:
        provider, name, rest = self.path.lstrip("/").split("/", 2)
        path, query = plain(provider, f"/{rest}"), set(parse_qsl(urlsplit(rest).query))
        case = CASES[provider][name]
        known = [each for each in case.exchange if plain(provider, each.request.split(maxsplit=1)[1]) == path]
        if not known and path.endswith(f"/{case.call_id}"):  # some clients know one way to a call, others another
            known = case.exchange[:1]
        best = max(known, key=lambda each: len(query & set(parse_qsl(urlsplit(each.request).query))), default=None)
        self._reply(*((404, b"{}") if best is None else (best.status, best.content)))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(200, json.dumps({"access_token": "second-opinion", "expires_in": 3600}).encode())

    def _reply(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


def plain(provider: str, target: str) -> str:
    """Return the path of a target below the base URL, without its encoding and an ending that some clients send."""
    return unquote(urlsplit(target).path.removeprefix(root(provider))).removesuffix(".json")


@pytest.fixture(scope="module")
def case_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def in_cases(url: str, sandbox: Sandbox, provider: str) -> dict[str, Asked]:
    """Return the project's cases, each at an address of its own."""
    told = cases_account(provider)["fields"]
    usual = {name: value for name, value in account_in(sandbox, provider).items() if name not in told}
    usual["token_url"] = f"{url}/token"
    return {
        name: Asked(
            case.call_id,
            {**usual, **case.fields, "base_url": f"{url}/{provider}/{name}{root(provider)}"},
            [each for each in OFFERED[provider] if each in case.extras],
        )
        for name, case in CASES[provider].items()
    }


def in_sandbox(sandbox: Sandbox, provider: str) -> dict[str, Asked]:
    """Return the calls of the sandbox that neither change nor fail on purpose."""
    known = [each for each in calls(provider) if not each.living and "fault:" not in each.description]
    return {each.id: Asked(each.id, account_in(sandbox, provider), OFFERED[provider]) for each in known}


def account_in(sandbox: Sandbox, provider: str) -> dict[str, str]:
    """Return the account that the sandbox's environment has, by field, and what the SDKs need besides."""
    prefix = f"CALLINSPECT_{provider.upper()}_"
    variables = {name: value for name, value in sandbox.environment.items() if name.startswith(prefix)}
    needed = {name: account(provider)[name] for each in SDKS[provider] for name in each.needs}
    return needed | {name.removeprefix(prefix).lower(): value for name, value in variables.items()}


def ask_sdks(python_with: Callable[[str], Path], provider: str, asked: Mapping[str, Asked]) -> Json:
    """Return what a vendor's SDKs say of calls, by name, and the words they know."""
    answers: Json = {}
    vocabulary: Json = {}
    for sdk in SDKS[provider]:
        unknown = {
            name: each._asdict()
            for name, each in asked.items()
            if name not in answers or answers[name].get("status") == NOT_FOUND
        }
        said = ask_sdk(python_with(sdk.requirements), sdk.script, {"provider": provider, "calls": unknown, "lists": {}})
        answers |= said["answers"]
        vocabulary |= said["vocabulary"]
    return {"answers": answers, "vocabulary": vocabulary}


Both = Callable[[str, str], tuple[Json, dict[str, Json]]]


@pytest.fixture(scope="module")
def both(
    python_with: Callable[[str], Path], case_server: str, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Both:
    """Return a function that gives the SDKs' opinion and callinspect's of every call of the cases or the sandbox."""
    home = tmp_path_factory.mktemp("home")
    seen: dict[tuple[str, str], tuple[Json, dict[str, Json]]] = {}

    def ask(provider: str, source: str) -> tuple[Json, dict[str, Json]]:
        if (provider, source) not in seen:
            asked = in_cases(case_server, sandbox, provider) if source == "cases" else in_sandbox(sandbox, provider)
            theirs = ask_sdks(python_with, provider, asked)
            with ThreadPoolExecutor(2) as pool:
                ours = pool.map(partial(ask_callinspect, home, provider), asked.values())
                seen[provider, source] = theirs, dict(zip(asked, ours, strict=True))
        return seen[provider, source]

    return ask


@pytest.mark.parametrize("source", ["cases", "sandbox"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_the_sdk_reads_callinspect_reads_alike(both: Both, provider: str, source: str) -> None:
    theirs, ours = both(provider, source)
    read = {name: each["call"] for name, each in theirs["answers"].items() if "call" in each}
    differing = {name: disagreements(provider, call, ours[name]) for name, call in read.items() if name not in UNTYPED}
    assert {name: each for name, each in differing.items() if each} == {}
    assert len(differing) >= 20


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_call_that_the_sdk_refuses_over_its_form_is_not_lost(both: Both, provider: str) -> None:
    refused = {}
    for source in ("cases", "sandbox"):
        theirs, ours = both(provider, source)
        formless = [name for name, each in theirs["answers"].items() if "refused" in each and each["status"] is None]
        refused.update({name: ours[name]["exit"] for name in formless})
    assert refused == dict.fromkeys(STRICTER[provider], 0)


def test_a_call_past_its_retention_is_not_found_by_both(both: Both) -> None:
    theirs, ours = both("bandwidth", "sandbox")
    missing = {name: each["status"] for name, each in theirs["answers"].items() if each.get("status")}
    assert list(missing.values()) == [404]
    assert [(ours[name]["exit"], ours[name]["error"]["http_status"]) for name in missing] == [(3, 404)]


OF_ANALYTICS = (
    *("conferenceTransfer", "consultTransfer", "dndEndpoint", "dndTransfer"),
    *("forwardTransfer", "noAnswerTransfer", "notAvailableTransfer"),
)
"""Words of Genesys Cloud's analytics for what its conversations say in another way."""


TABLES: dict[str, dict[str, tuple[str, set[str]]]] = {
    "bandwidth": {"states": ("state", set()), "causes": ("cause", set()), "directions": ("direction", set())},
    "webex": {
        "states": ("state", set()),
        "directions": ("personality", set()),
        "reasons": ("redirection", set()),
        "recording states": ("recording", set()),
    },
    "twilio": {
        "statuses": ("state", set()),
        "recordings": ("recording-status", set()),
        "sources": ("recording-source", set()),
    },
    "telnyx": {
        "statuses": ("state", {"queued", "initiated"}),
        "directions": ("direction", {"incoming", "outgoing"}),
        "answered by": ("answered-by", {"fax", "unknown"}),
        "causes": ("cause", set()),
        "hangup sources": ("hangup-source", set()),
    },
    "vonage": {"statuses": ("state", {"human", "disconnected"})},
    "genesyscloud": {
        "states": ("state", set()),
        "directions": ("direction", set()),
        "recording": ("recording-state", set()),
        "segments": ("segment", set()),
        "files": ("recording-file", set()),
        "disconnects": ("cause", {"timeout", "uncallable", *OF_ANALYTICS}),
        "purposes": ("purpose", set()),
    },
    "signalwire": {
        "statuses of logs": ("status", set()),
        "directions of logs": ("direction", set()),
        "sources of logs": ("source", set()),
    },
}
"""By what a vendor's SDK calls its words: the provider's kind of the same, and words of it that only webhooks have."""


@pytest.mark.parametrize("provider", TABLES)
def test_callinspect_knows_the_words_of_the_vendors_sdk(both: Both, provider: str) -> None:
    ours = {each.kind: each.words for each in providers.get(provider).words}
    theirs = both(provider, "cases")[0]["vocabulary"]
    for kind, (own, further) in TABLES[provider].items():
        documented = {name for name, word in ours[own].items() if word.evidence.is_documented}
        assert set(theirs[kind]) == documented - further, kind
        assert further <= documented, kind


LISTED = [(provider, sdk) for provider in PROVIDERS for sdk in SDKS[provider] if sdk.filters]
SIZE = 7
"""Calls of a page: so few that there are several."""


@pytest.mark.parametrize(("provider", "sdk"), LISTED, ids=[f"{name}-{sdk.script}" for name, sdk in LISTED])
def test_the_sdk_lists_the_calls_that_callinspect_lists(
    python_with: Callable[[str], Path], sandbox: Sandbox, tmp_path: Path, provider: str, sdk: Asking
) -> None:
    env = environment(tmp_path, **sandbox.environment)
    living = {each.id for each in calls(provider) if each.living}

    def listed(filters: Mapping[str, str]) -> list[Json]:
        given = [word for name, value in {"since": "all", **filters}.items() for word in (f"--{name}", value)]
        size = ["--param", f"{sdk.size}={SIZE}"] if sdk.size else []
        done = callinspect("list", provider, *given, *size, "-o", "jsonl", env=env)
        assert done.returncode == 0, done.stderr
        return [each for line in done.stdout.splitlines() if (each := json.loads(line))["id"] not in living]

    wanted = {"": {}, **{name: {name: each} for name, each in examples(listed({})).items() if name in sdk.filters}}
    own = account_in(sandbox, provider)
    lists = {name: {"account": own, "filters": {"size": SIZE, **each}} for name, each in wanted.items()}
    question = {"provider": provider, "calls": {}, "lists": lists}
    theirs = ask_sdk(python_with(sdk.requirements), sdk.script, question)["lists"]
    assert len(theirs[""]) > SIZE
    assert {name: sorted(set(found) - living) for name, found in theirs.items()} == {
        name: sorted(each["id"] for each in listed(filters)) for name, filters in wanted.items()
    }


def examples(listed: list[Json]) -> dict[str, str]:
    """Return a value of each filter that some of these calls have."""
    numbers = {end: Counter(each[end]["number"] for each in listed if each[end]) for end in ("from", "to")}
    day = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()  # none is of that day: it may count as after it
    return {
        **{end: found.most_common(1)[0][0] for end, found in numbers.items()},
        "cause": next((each["cause"]["code"] for each in listed if each["outcome"] == "busy"), "busy"),
        "since": day,
        "until": day,
    }
