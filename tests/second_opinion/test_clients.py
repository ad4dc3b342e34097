"""The vendors' SDKs and callinspect read the same answers: what both understand, they understand alike."""

import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from kit.cases import cases
from kit.program import callinspect, environment
from second_opinion.comparison import disagreements

from callinspect import providers
from callinspect.sandbox import Sandbox, calls

pytestmark = pytest.mark.second_opinion

HERE = Path(__file__).parent
REQUIREMENTS = {
    "bandwidth": "requirements-current.txt",
    "webex": "requirements-current.txt",
    "catapult": "requirements-catapult.txt",
}
PROVIDERS = list(REQUIREMENTS)

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
}
"""The calls that an SDK refuses over their form, and what it minds. callinspect must not lose a call over any of it."""

OFFERED = {"bandwidth": ["recordings"], "catapult": ["events", "recordings", "transcriptions"]}
"""What is read with each call of the sandbox."""

UNTYPED = {
    *("malformed-values", "events-of-every-form", "answer-time-as-a-number", "id-that-needs-encoding"),
    *("withheld-caller", "withheld-caller-at-a-sip-address", "unavailable-caller", "withheld-caller-on-a-keypad"),
}
"""Calls of which an SDK passes on what callinspect leaves unread, and one whose ID cannot be served as it is."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """Somebody who serves calls: callinspect's environment for it, and the calls with the extras to read of each."""

    env: dict[str, str]
    calls: dict[str, list[str]]


BODIES = {provider: {each.name: each for each in cases("calls", provider)} for provider in PROVIDERS}
"""The project's cases of calls that can be read, by name."""


EXTRAS = {"events", "recordings", "transcriptions"}
"""What is read with a call from a path below its own."""


class Handler(BaseHTTPRequestHandler):
    """Serves the bodies of a case at its name, whatever the path before it, and an OAuth token to everybody."""

    def do_GET(self) -> None:
        provider, *words = self.path.partition("?")[0].strip("/").split("/")
        extra = words.pop() if words[-1] in EXTRAS and words[-2] != "calls" else None
        case = BODIES[provider][words[-1]]
        asked = [each for each in case.exchange if extra is None or each.request.endswith(f"/{extra}")]
        status, body = (asked[0].status, asked[0].body) if asked else (200, [])
        self._reply(status, json.loads(json.dumps(body).replace(case.call_id, case.name)))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(200, {"access_token": "second-opinion", "expires_in": 3600})

    def _reply(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def fixture_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def servers(fixture_server: str, sandbox: Sandbox) -> dict[str, Callable[[str], Server]]:
    """Return the two servers of bodies, by name."""

    def fixtures(provider: str) -> Server:
        urls = {f"CALLINSPECT_{each.upper()}_BASE_URL": f"{fixture_server}/{each}" for each in PROVIDERS}
        token_url = {"CALLINSPECT_BANDWIDTH_TOKEN_URL": f"{fixture_server}/token"}
        extras = {name: sorted(EXTRAS.intersection(each.extras)) for name, each in BODIES[provider].items()}
        return Server({**sandbox.environment, **urls, **token_url}, extras)

    def frozen(provider: str) -> Server:
        known = [each for each in calls() if each.provider == provider and not each.living]
        extras = OFFERED.get(provider, [])
        return Server(
            dict(sandbox.environment), {each.id: extras for each in known if "fault:" not in each.description}
        )

    return {"fixtures": fixtures, "sandbox": frozen}


def ask_sdk(python: Path, provider: str, server: Server) -> Json:
    """Return what a vendor's SDK says of every call of a server, and the words it knows."""
    prefix = f"CALLINSPECT_{provider.upper()}_"
    account = {name.removeprefix(prefix).lower(): value for name, value in server.env.items()}
    question = {
        **account,
        "ids": list(server.calls),
        "extras": server.calls,
    }
    done = subprocess.run(
        [str(python), str(HERE / f"ask_{provider}.py")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


def ask_callinspect(home: Path, provider: str, server: Server, call_id: str) -> Json:
    """Return callinspect's record of a call, or its error, with the exit status as `exit`."""
    extras = [word for extra in server.calls[call_id] for word in ("--with", extra)]
    done = callinspect("get", provider, call_id, *extras, "-o", "json", env=environment(home, **server.env))
    found: Json = json.loads(done.stdout or done.stderr)
    return {**found, "exit": done.returncode}


Both = Callable[[str, str], tuple[Json, dict[str, Json]]]


@pytest.fixture(scope="module")
def both(
    python_with: Callable[[str], Path],
    servers: dict[str, Callable[[str], Server]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Both:
    """Return a function that gives the SDK's opinion and callinspect's of every call that a server has."""
    home = tmp_path_factory.mktemp("home")
    seen: dict[tuple[str, str], tuple[Json, dict[str, Json]]] = {}

    def ask(provider: str, source: str) -> tuple[Json, dict[str, Json]]:
        if (provider, source) not in seen:
            server = servers[source](provider)
            theirs = ask_sdk(python_with(REQUIREMENTS[provider]), provider, server)
            with ThreadPoolExecutor() as pool:
                ours = pool.map(partial(ask_callinspect, home, provider, server), server.calls)
            seen[provider, source] = theirs, dict(zip(server.calls, ours, strict=True))
        return seen[provider, source]

    return ask


@pytest.mark.parametrize("source", ["fixtures", "sandbox"])
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
    for source in ("fixtures", "sandbox"):
        theirs, ours = both(provider, source)
        formless = [name for name, each in theirs["answers"].items() if "refused" in each and each["status"] is None]
        refused.update({name: ours[name]["exit"] for name in formless})
    assert refused == dict.fromkeys(STRICTER[provider], 0)


def test_a_call_past_its_retention_is_not_found_by_both(both: Both) -> None:
    theirs, ours = both("bandwidth", "sandbox")
    missing = {name: each["status"] for name, each in theirs["answers"].items() if each.get("status")}
    assert list(missing.values()) == [404]
    assert [(ours[name]["exit"], ours[name]["error"]["http_status"]) for name in missing] == [(3, 404)]


TABLES = {
    "bandwidth": {"states": "state", "causes": "cause", "directions": "direction"},
    "webex": {
        "states": "state",
        "directions": "personality",
        "reasons": "redirection",
        "recording states": "recording",
    },
}
"""The kinds of a provider's words, by what the vendor's SDK has of the same."""


@pytest.mark.parametrize("provider", TABLES)
def test_callinspect_knows_the_words_of_the_vendors_sdk(both: Both, provider: str) -> None:
    ours = {each.kind: each.words for each in providers.get(provider).words}
    theirs = both(provider, "fixtures")[0]["vocabulary"]
    for kind, own in TABLES[provider].items():
        assert set(theirs[kind]) == {name for name, word in ours[own].items() if word.evidence.is_documented}, kind
