"""Prism answers from the vendors' own specifications, and refuses requests that these do not allow.

The specifications are looked for where CALLINSPECT_VENDOR_SPECS says, or beside the repository.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from kit.program import callinspect, environment
from second_opinion.comparison import disagreements
from second_opinion.serving import serving

from callinspect import providers
from callinspect.errors import CallinspectError
from callinspect.model.writing import record as as_record
from callinspect.provider import Document
from callinspect.provider.reading_extras import with_extras
from callinspect.render import schema
from callinspect.sandbox import Sandbox

pytestmark = pytest.mark.second_opinion

SPECS = Path(os.environ.get("CALLINSPECT_VENDOR_SPECS") or Path(__file__).parents[3] / "shared" / "vendors" / "specs")
FILES = {"bandwidth": "bandwidth-openapi.yml", "webex": "webex-calls-openapi.json"}
ID_FIELDS = {"bandwidth": "callId", "webex": "id"}
PATHS = {"bandwidth": "/accounts/5550100/calls/c-1", "webex": "/telephony/calls/c-1"}
IDS = [f"c-{number}" for number in range(1, 51)]
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema.text()), format_checker=jsonschema.FormatChecker())

Start = Callable[..., str]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def start(prism: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Return a function that serves a vendor's specification with options of Prism's, and gives the URL."""
    with ExitStack() as running:
        urls: dict[tuple[str, ...], str] = {}

        def serve(provider: str, *options: str, sparse: bool = False) -> str:
            document = SPECS / FILES[provider]
            if not document.exists():
                pytest.skip(f"{document} is not there; CALLINSPECT_VENDOR_SPECS names the directory it is in")
            wanted = (provider, *options, str(sparse))
            if wanted not in urls:
                folder = tmp_path_factory.mktemp("prism")
                served = thinned(document, folder) if sparse else document
                urls[wanted] = running.enter_context(serving(prism, served, folder / "log", "--errors", *options))
            return urls[wanted]

        yield serve


def thinned(document: Path, folder: Path) -> Path:
    """Return a copy of a specification that has Prism leave out each optional field half of the time."""
    options = {"x-json-schema-faker": {"alwaysFakeOptionals": False, "optionalsProbability": 0.5}}
    text = document.read_text(encoding="utf-8")
    copy = folder / document.name
    if document.suffix == ".json":
        copy.write_text(json.dumps({**json.loads(text), **options}), encoding="utf-8")
    else:
        name, settings = next(iter(options.items()))
        copy.write_text(f"{text}\n{name}: {json.dumps(settings)}\n", encoding="utf-8")
    return copy


Ask = Callable[..., tuple[list[Json], list[Json]]]


@pytest.fixture
def ask(tmp_path: Path, sandbox: Sandbox) -> Ask:
    """Return a function that reads calls from a URL; it gives the records, checked, and the errors.

    Prism invents each call's ID, so that its answers are about other calls: they are read like saved ones.
    """

    def get(provider: str, url: str, *call_ids: str, **account: str) -> tuple[list[Json], list[Json]]:
        env = {**sandbox.environment, **account, f"CALLINSPECT_{provider.upper()}_BASE_URL": url}
        done = callinspect("get", provider, *call_ids, "--raw", "-o", "jsonl", env=environment(tmp_path, **env))
        assert done.stderr == b"", "Prism refused a request"
        bodies = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(bodies) == len(call_ids)
        records, errors = [], []
        for raw in bodies:
            try:
                record = json.loads(json.dumps(as_record(providers.get(provider).normalize(Document(raw)))))
            except CallinspectError as error:
                errors.append({"code": error.code, "message": error.message})
                continue
            VALIDATOR.validate(record)
            assert disagreements(provider, raw, record) == {}, raw
            assert unplaced(raw, record) == []
            records.append(record)
        return records, errors

    return get


def unplaced(raw: Json, record: Json) -> list[Any]:
    """Return the texts and numbers of a vendor's document that its record has nowhere. Times change their form."""
    kept = list(leaves(record))
    return [value for name, value in raw.items() if not is_time(name) for value in leaves(value) if value not in kept]


def is_time(name: str) -> bool:
    return name.endswith("Time") or name == "lastUpdate"


def leaves(value: Any) -> Iterator[Any]:
    """Yield the values that hold no others."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


BASIC = {
    "CALLINSPECT_BANDWIDTH_CLIENT_ID": "",
    "CALLINSPECT_BANDWIDTH_CLIENT_SECRET": "",
    "CALLINSPECT_BANDWIDTH_USERNAME": "second-opinion",
    "CALLINSPECT_BANDWIDTH_PASSWORD": "second-opinion-password",
}


@pytest.mark.parametrize("account", [{}, BASIC], ids=["oauth", "basic"])
def test_bandwidths_example_is_read(start: Start, ask: Ask, account: dict[str, str]) -> None:
    (record,), errors = ask("bandwidth", start("bandwidth"), "c-1", **account)
    assert errors == []
    assert (record["state"], record["direction"]) == ("ended", "inbound")
    assert record["verification"]["attestation"] == "A"


def test_webexs_example_is_read(start: Start, ask: Ask) -> None:
    (record,), errors = ask("webex", start("webex"), "c-1")
    assert errors == []
    assert record["warnings"] == []
    assert (record["state"], record["direction"]) == ("dialing", "outbound")


@pytest.mark.parametrize("provider", FILES)
def test_every_body_that_the_specification_allows_is_read(start: Start, ask: Ask, provider: str) -> None:
    records, errors = ask(provider, start(provider, "--dynamic"), *IDS)
    assert errors == []
    assert len({record["id"] for record in records}) > 1


@pytest.mark.parametrize("provider", FILES)
def test_only_a_body_without_a_call_id_is_not_understood(start: Start, ask: Ask, provider: str) -> None:
    records, errors = ask(provider, start(provider, "--dynamic", sparse=True), *IDS)
    assert records
    assert {(each["code"], each["message"]) for each in errors} <= {
        ("bad_response", f"answered with a call that has no usable {ID_FIELDS[provider]}")
    }


@pytest.mark.parametrize("extra", ["recordings", "transcriptions"])
def test_every_list_below_a_call_that_is_allowed_is_read(start: Start, extra: str) -> None:
    provider = providers.get("bandwidth")
    call = provider.normalize(Document({"callId": "c-1", "accountId": "5550100", "state": "disconnected"}))
    address = f"{start('bandwidth', '--dynamic')}{PATHS['bandwidth']}/{extra}"
    request = urllib.request.Request(address, headers={"Authorization": "Basic c2Vjb25kOm9waW5pb24="})
    seen = 0
    for _ in range(20):
        with urllib.request.urlopen(request) as response:
            bodies = json.load(response)
        found = bodies if extra == "recordings" else [[], bodies]
        document = Document({}, extras={extra: found})
        made = json.loads(json.dumps(as_record(with_extras(provider, call, document))))
        VALIDATOR.validate(made)
        read = made["related"][extra]
        assert len(read) == len(bodies)
        for body, one in zip(bodies, read, strict=True):
            assert unplaced(body, one) == []
        seen += len(read)
    assert seen > 20


def test_prism_minds_a_request_without_credentials(start: Start) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(start("bandwidth") + PATHS["bandwidth"])
    raised.value.close()
    assert raised.value.code == 401
