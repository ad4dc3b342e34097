"""Calls whose provider is not named: the form of the ID says whose it is, among those with credentials."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kit import cases
from kit.program import Env, callinspect, environment
from kit.sandbox_calls import ANSWERED, BILLED, BUSY, RINGING
from kit.servers import Chooser, answer

from callinspect import providers
from callinspect.credentials import profiles
from callinspect.credentials.environment import variables
from callinspect.provider import BASE_URL

MODULE = '''
"""Three vendors, of which two have IDs of the same form."""

from callinspect.provider import Bearer, Certainty, Field, IDForm, Provider, Request, Shape, errors, one, pages, place

CALLS = place("calls")
SAME = r"[0-9a-f]{6}"


def vendor(name, *forms):
    return Provider(
        name=name, title=name.title(), docs="https://example.com", base_url=f"https://{name}.example.com/v1",
        fields=(Field(name="access_token", title="Token", secret=True),), schemes=(Bearer(),),
        fetch=one(CALLS), normalize=Shape(id="id", state="state", words={}).reader(name),
        refusal=errors("why", "code", hints={"key": "check the key"}),
        verify=lambda account: Request(url=CALLS.url(account)),
        not_found_hints=("it may be gone",), id_forms=forms,
    )


EAST = vendor("east", IDForm(SAME, "six hexadecimal digits", Certainty.POSSIBLE))._replace(any_id=True)
WEST = vendor("west", IDForm(SAME, "six hexadecimal digits", Certainty.POSSIBLE))
WEST = WEST._replace(listing=pages(CALLS)._replace(reads=lambda filters: "calls of " + (filters.from_ or "anyone")))
NORTH = vendor(
    "north",
    IDForm(r"0[0-9a-f]{5}", "0 and five hexadecimal digits", Certainty.LIKELY),
    IDForm(r"N-[0-9]+", "N- and digits", is_fixed=True),
    IDForm(r"R-[0-9]+", "R- and digits", kind="recording"),
    IDForm(r"G-[0-9]+", "G- and digits", kind="group", instead="callinspect list north --param group={}"),
)
'''
NAMES = ("east", "north", "west")
LIKE_ALL, LIKE_TWO = "0a1b2c", "1a1b2c"


@pytest.fixture
def base() -> Iterator[str]:
    """The address of a server that has every call."""

    def choose(request: bytes) -> bytes:
        call_id = request.split(b" ")[1].decode().rpartition("/")[2]
        if call_id == "x-401":
            return answer(401, '{"why": "no such key", "code": "key"}')
        return (
            answer(404, '{"why": "no such call", "code": "x"}')
            if call_id.endswith("-404")
            else answer(200, json.dumps({"id": call_id, "state": "up"}))
        )

    with Chooser(choose) as server:
        yield server.url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose Python has the three vendors."""
    (tmp_path / "three.py").write_text(MODULE, encoding="utf-8")
    metadata = tmp_path / "three-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: three\nVersion: 1.0\n", encoding="utf-8")
    points = "".join(f"{name} = three:{name.upper()}\n" for name in NAMES)
    (metadata / "entry_points.txt").write_text(f"[callinspect.providers]\n{points}", encoding="utf-8")
    return tmp_path


def with_accounts(home: Path, base: str, *names: str, **variables: str) -> Env:
    """Return the environment of a user with credentials of these providers."""
    for name in names:
        variables |= {
            f"CALLINSPECT_{name.upper()}_ACCESS_TOKEN": "token-0123456789",
            f"CALLINSPECT_{name.upper()}_BASE_URL": f"{base}/{name}",
        }
    return environment(home, PYTHONPATH=str(home), **variables)


@pytest.mark.parametrize(
    ("accounts", "call_id", "asked"),
    [
        (["east"], LIKE_ALL, "east"),
        (["east"], LIKE_TWO, "east"),
        (["north"], LIKE_ALL, "north"),
        (NAMES, LIKE_ALL, "north"),
        (["east", "north"], LIKE_TWO, "east"),
        (NAMES, "N-7", "north"),
    ],
)
def test_the_one_that_is_left_or_is_surest_is_asked(
    accounts: list[str], call_id: str, asked: str, home: Path, base: str
) -> None:
    env = with_accounts(home, base, *accounts)
    for command in ("get", "wait"):
        words = () if command == "get" else ("--timeout", "0.5")
        done = callinspect(command, call_id, *words, env=env)
        assert done.stderr.decode().splitlines()[0] == f"callinspect: asking {asked}, whose call IDs look like this"
    done = callinspect("get", call_id, "-q", env=env)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["provider"]) == (0, b"", asked)


def test_of_several_as_likely_none_is_asked(home: Path, base: str) -> None:
    done = callinspect("get", LIKE_TWO, env=with_accounts(home, base, *NAMES))
    assert (done.returncode, done.stdout) == (2, b"")
    for each in (f"callinspect get east {LIKE_TWO}", f"callinspect get west {LIKE_TWO}", "CALLINSPECT_PROVIDER"):
        assert each in done.stderr.decode()
    assert "north" not in done.stderr.decode()
    done = callinspect("watch", LIKE_TWO, env=with_accounts(home, base, *NAMES))
    assert f"callinspect watch east {LIKE_TWO}" in done.stderr.decode()


def test_of_several_as_likely_a_variable_may_name_one(home: Path, base: str) -> None:
    for name, status in (("west", 0), ("WEST", 0), ("north", 2), ("nowhere", 2), ("", 2)):
        env = with_accounts(home, base, *NAMES, CALLINSPECT_PROVIDER=name)
        done = callinspect("get", LIKE_TWO, "-f", "provider", env=env)
        assert (done.returncode, done.stdout) == (status, b"" if status else b"west\n")


def test_without_credentials_the_candidates_are_named(home: Path, base: str) -> None:
    done = callinspect("get", LIKE_TWO, "--error-format", "json", env=with_accounts(home, base, "north"))
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, error["code"]) == (2, "usage")
    assert "east or west" in error["message"]
    assert error["hints"] == [
        "log in: callinspect auth login east or callinspect auth login west",
        "or set the variables that callinspect help environment lists",
    ]


def test_stored_credentials_count_though_no_keyring_opens(home: Path, base: str) -> None:
    env = with_accounts(home, base, XDG_CONFIG_HOME=str(home / "config"))
    profiles.remember(env, "east", "emea")
    assert callinspect("get", LIKE_TWO, env=env).returncode == 2
    done = callinspect("get", LIKE_TWO, "--profile", "emea", env=env)
    assert done.stderr.startswith(b"callinspect: asking east,")
    done = callinspect(
        "get",
        LIKE_TWO,
        "--profile",
        "emea",
        "-f",
        "provider",
        env=with_accounts(home, base, "west", XDG_CONFIG_HOME=str(home / "config"), CALLINSPECT_PROVIDER="west"),
    )
    assert (done.returncode, done.stdout) == (0, b"west\n")


def test_unreadable_profiles_matter_only_where_they_are_needed(home: Path, base: str) -> None:
    """Without other credentials they end an input as they end a run; with them they are reported once."""
    (home / "callinspect").mkdir()
    (home / "callinspect" / "profiles.json").write_text("{")
    env = with_accounts(home, base, XDG_CONFIG_HOME=str(home))
    for words, stdin in (((LIKE_TWO,), ""), (("-",), f"{LIKE_TWO}\n{LIKE_TWO}\n")):
        done = callinspect("get", *words, "--error-format", "json", env=env, stdin=stdin)
        assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (10, "config")
    env |= with_accounts(home, base, "north", XDG_CONFIG_HOME=str(home))
    done = callinspect("get", LIKE_ALL, "N-1", "-f", "provider", env=env)
    assert (done.returncode, done.stdout.split()) == (0, [b"north"] * 2)
    assert done.stderr.count(b"profiles.json cannot be read") == 1
    assert callinspect("identify", LIKE_ALL, env=env).returncode == 0


def test_an_error_of_a_line_names_the_call(home: Path, base: str) -> None:
    done = callinspect("get", "-", "--error-format", "json", env=with_accounts(home, base), stdin="north:G-1\n")
    error = json.loads(done.stderr)["error"]
    assert (error["provider"], error["call_id"], error["message"][:7]) == ("north", "G-1", "line 1:")


def test_each_line_of_an_input_finds_its_own(home: Path, base: str) -> None:
    env = with_accounts(home, base, *NAMES)
    lines = f'{LIKE_ALL}\nN-1\nEAST:{LIKE_TWO}\n{{"id": "N-2"}}\n{LIKE_TWO}\nwhat\nR-1\n'
    done = callinspect("get", "-", "-f", "provider", "-f", "id", env=env, stdin=lines)
    assert done.returncode == 9
    assert done.stdout.decode().split() == ["north", LIKE_ALL, "north", "N-1", "east", LIKE_TWO, "north", "N-2"]
    said = done.stderr.decode()
    assert said.count("asking north") == 1
    assert [f"line {number}: " in said for number in range(1, 8)] == [False] * 4 + [True] * 3
    assert "a recording's ID in north, not a call ID" in said


def test_an_address_says_whose_by_the_host_of_its_api(home: Path, base: str) -> None:
    env = with_accounts(home, base, *NAMES)
    for address, asked in (
        (f"https://West.example.com/v1/calls/{LIKE_TWO}/events", "west"),
        (f"{base}/east/calls/{LIKE_TWO}?token=hush", "east"),
        (f"https://portal.example.com/west/{LIKE_ALL}", "north"),
        (f"https://west.example.com/v1/calls/{LIKE_TWO}.json", "west"),
    ):
        done = callinspect("get", address, "-v", "-f", "provider", env=env)
        assert (done.returncode, done.stdout.decode()) == (0, f"{asked}\n")
        assert b"hush" not in done.stderr
        assert b"read as the call ID" in done.stderr
    assert callinspect("get", f"https://portal.example.com/{LIKE_TWO}", env=env).returncode == 2


REGIONAL = [
    (each.name, host)
    for each in map(providers.get, cases.vendors())
    for field in each.fields
    for host in (*(f"{first}.{field.choices[-1]}" for first in field.hosts), *([field.host] if field.host else []))
]
"""Hosts of vendors' regions and customers, beside the usual one."""

USUAL = [
    (each.name, urlsplit(each.base_url).netloc)
    for each in map(providers.get, cases.vendors())
    if each.base_url and "{" not in each.base_url
]


@pytest.mark.parametrize(("provider", "host"), REGIONAL)
def test_an_address_of_a_region_says_whose_it_is(provider: str, host: str, tmp_path: Path) -> None:
    """Also one of a page, which has the ID behind a number sign."""
    call_id = cases.good(provider).call_id
    for path in (f"v1/calls/{call_id}", f"directory/#/admin/interactions/{call_id}"):
        done = callinspect("get", f"https://{host.format('acme-1')}/{path}", env=environment(tmp_path))
        assert (done.returncode, f"error: {provider} {call_id}: the credentials" in done.stderr.decode()) == (4, True)


@pytest.mark.parametrize("written", ["HTTPS://{}:443/", "https://me@{}:0443/"])
@pytest.mark.parametrize(("provider", "host"), [*USUAL, *REGIONAL])
def test_an_address_may_name_the_usual_port(provider: str, host: str, written: str, tmp_path: Path) -> None:
    call_id = cases.good(provider).call_id
    address = written.format(host.format("acme-1").upper())
    done = callinspect("get", f"{address}v1/calls/{call_id}", env=environment(tmp_path))
    assert (done.returncode, f"error: {provider} {call_id}: the credentials" in done.stderr.decode()) == (4, True)


OWN = next(each for each in map(providers.get, cases.vendors()) for field in each.fields if field.host)
"""A vendor whose customers have hosts of their own, which they may name without a scheme."""


@pytest.mark.parametrize("given", ["PBX.example.com", "Https://pbx.example.com:443/api", "https://pbx.EXAMPLE.com/"])
@pytest.mark.parametrize("pasted", ["pbx.example.com", "PBX.example.com:443", "pbx.example.com:0443"])
def test_ones_own_address_is_known_however_written(given: str, pasted: str, tmp_path: Path) -> None:
    call_id = cases.good(OWN.name).call_id
    env = environment(tmp_path, **{variables(OWN, BASE_URL)[0]: given})
    done = callinspect("get", f"https://{pasted}/calls/{call_id}", env=env)
    assert (done.returncode, f"error: {OWN.name} {call_id}: the credentials" in done.stderr.decode()) == (4, True)


@pytest.mark.parametrize(
    ("path", "call_id"),
    [
        (f"accounts/ffffff/calls/{LIKE_TWO}.json", LIKE_TWO),
        (f"accounts/ffffff.xml#/calls/{LIKE_TWO}.JSON?page=1a0a0a", LIKE_TWO),
        ("accounts/R-2/calls/N-1.json", "N-1"),
        ("calls/N-1/recordings/R-2.json", "N-1"),
        ("calls/N%2D1/recordings/1a1b2c.csv", "N-1"),
    ],
)
def test_the_call_of_an_address_is_not_its_account(path: str, call_id: str, home: Path, base: str) -> None:
    done = callinspect("identify", f"https://h.example.com/{path}", "-o", "jsonl", env=with_accounts(home, base))
    assert json.loads(done.stdout)["id"] == call_id


@pytest.mark.parametrize("word", ["N%2D1", "north:N%2D1", "%4E%2D1"])
def test_an_id_copied_out_of_an_address_is_decoded(word: str, home: Path, base: str) -> None:
    done = callinspect("get", word, "-f", "id", env=with_accounts(home, base, *NAMES))
    assert (done.returncode, done.stdout) == (0, b"N-1\n")


def test_what_is_no_id_when_decoded_stays_as_it_is(home: Path, base: str) -> None:
    done = callinspect("identify", "a%2Db", "-o", "jsonl", env=with_accounts(home, base))
    assert json.loads(done.stdout)["id"] == "a%2Db"


def test_an_id_of_another_is_said_first_of_all(home: Path, base: str) -> None:
    """When it is not found, and when it is refused for its form; a likely one is not."""
    env = with_accounts(home, base, *NAMES)
    done = callinspect("get", "north", ANSWERED[1], "--error-format", "json", env=env)
    hint = json.loads(done.stderr)["error"]["hint"]
    assert (done.returncode, hint) == (
        2,
        f"this looks like a call ID of bandwidth: callinspect get {' '.join(ANSWERED)}",
    )
    done = callinspect("get", "east", "N-404", "--error-format", "json", env=env)
    hint = json.loads(done.stderr)["error"]["hint"]
    assert done.returncode == 3
    assert hint.startswith("this looks like a call ID of north: callinspect get north N-404")
    assert hint.endswith("it may be gone")
    done = callinspect("get", "north", "N-404", "--error-format", "json", env=env)
    assert json.loads(done.stderr)["error"]["hint"] == "it may be gone"


@pytest.mark.parametrize("words", [("north", "G-7"), ("G-7",), ("east", "G-404"), ("north", "-")])
def test_an_id_that_leads_to_calls_is_said_how(words: tuple[str, ...], home: Path, base: str) -> None:
    """It is refused before it is sent to its own vendor; another vendor may have such a call."""
    done = callinspect("get", *words, "--error-format", "json", env=with_accounts(home, base, *NAMES), stdin="G-7")
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, "a group's ID" in error["message"]) == ((3, False) if "G-404" in words else (2, True))
    assert f"callinspect list north --param group={'G-404' if 'G-404' in words else 'G-7'}" in error["hint"]
    assert error["hint"].count("callinspect list") == 1


def test_the_sandbox_has_credentials_of_every_vendor(bare: Env) -> None:
    done = callinspect("--sandbox", "get", BILLED[1], RINGING[1], "-f", "provider", env=bare)
    assert done.stdout.decode().split() == ["catapult", "webex"]


def test_providers_are_named_in_any_case(env: Env) -> None:
    for words in (("Bandwidth", BUSY[1]), (f"BANDWIDTH:{BUSY[1]}",)):
        done = callinspect("get", *words, env=env)
        assert json.loads(done.stdout)["provider"] == "bandwidth"
    for command in (("providers", "WEBEX"), ("sandbox", "calls", "Genesys"), ("auth", "status", "Catapult")):
        assert callinspect(*command, env=env).returncode == 0
    assert callinspect("list", "Bandwidth", "--limit", "1", "-f", "provider", env=env).stdout == b"bandwidth\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bandwith", ANSWERED[1]), "did you mean bandwidth?"),
        (("Bandwith",), "did you mean bandwidth?"),
        ((f"bandwith:{ANSWERED[1]}",), "did you mean bandwidth?"),
        (("w3:abc",), "“w3:abc” is not a call ID of a known form"),
        (("what",), "“what” is neither a provider nor a call ID of a known form"),
        (("7",), "callinspect get PROVIDER CALL_ID"),
        ((), "callinspect get [PROVIDER] CALL_ID"),
    ],
)
def test_a_word_of_no_known_form_says_what_to_type(words: tuple[str, ...], said: str, env: Env) -> None:
    done = callinspect("get", *words, env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()


def test_one_call_can_be_followed_at_a_time(env: Env) -> None:
    for command in ("wait", "watch"):
        done = callinspect(command, ANSWERED[1], BUSY[1], env=env)
        assert (done.returncode, b"only one call" in done.stderr) == (2, True)
        done = callinspect(command, ANSWERED[1], env=env)
        assert (done.returncode, done.stderr.count(b"asking bandwidth")) == (0, 1)


def test_among_errors_in_json_the_provider_is_not_said(env: Env) -> None:
    for option, count in {"-ojson": 0, "-ojsonl": 0, "-oauto": 1}.items():
        done = callinspect("get", ANSWERED[1], option, env=env)
        assert (done.returncode, done.stderr.count(b"asking bandwidth")) == (0, count)
        assert count or not done.stderr


def test_an_id_that_is_refused_says_whose_it_may_be(home: Path, base: str) -> None:
    done = callinspect("get", "north", LIKE_TWO, "--error-format", "json", env=with_accounts(home, base, *NAMES))
    hint = json.loads(done.stderr)["error"]["hint"]
    assert (done.returncode, hint) == (2, f"it may be a call ID of east or west: callinspect identify {LIKE_TWO}")


@pytest.mark.parametrize(("provider", "told"), [("east", False), ("west", True)])
def test_an_unusual_id_is_only_told_where_ids_have_a_form(provider: str, told: bool, home: Path, base: str) -> None:
    done = callinspect("get", provider, "x-404", env=with_accounts(home, base, *NAMES))
    assert (done.returncode, b"does not look like a call ID" in done.stderr) == (3, told)


def test_which_of_its_lists_a_vendor_reads_is_said_once(home: Path, base: str) -> None:
    env = with_accounts(home, base, "west")
    done = callinspect("list", "west", "--from", "+19195550134", env=env)
    assert done.stderr.decode().count("listing West's calls of +19195550134\n") == 1
    assert b"listing" not in callinspect("list", "west", "-q", env=env).stderr


def test_a_vendors_own_hint_hides_not_whose_credentials_they_are(home: Path, base: str) -> None:
    done = callinspect("get", "east", "x-401", "--error-format", "json", env=with_accounts(home, base, *NAMES))
    hint = json.loads(done.stderr)["error"]["hint"]
    assert done.returncode == 4
    assert "the credentials in CALLINSPECT_EAST_ACCESS_TOKEN were refused" in hint
    assert "callinspect auth status east" in hint
    assert hint.endswith("check the key")
