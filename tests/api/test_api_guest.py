"""A library is a guest: what its host has is left alone, and its secrets stay with it."""

import inspect
import io
import logging
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.canary import canary, leaks
from kit.credential_runs import CALLS
from kit.keyrings import SecretService
from kit.many_calls import REFUSED, asked_for, call
from kit.program import VENDOR, Env, callinspect, env_of, environment
from kit.sandbox_calls import ANSWERED, known
from kit.servers import Answer, Chooser, Server, answer

import callinspect as package
from callinspect import Call, CallinspectError, Client

SECRET = canary("password")

OURS = str(Path(package.__file__).parent)


def played(program: str, env: Env, *, stdin: str = "") -> str:
    """Return what a program in Python writes to standard output."""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=env, input=stdin, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


HOST = f"""
import os, signal, sys
kinds = [signal.SIGINT, signal.SIGTERM, signal.SIGPIPE]
before = [signal.getsignal(each) for each in kinds], dict(os.environ), sys.stdin, sys.stdout, os.fstat(0), os.fstat(1)
import callinspect
with callinspect.Client() as client:
    try:
        client.get("webex", "1")  # for which the keyring is asked
    except callinspect.CallinspectError as error:
        print(error.code)
    print(client.get(*{ANSWERED!r}).id, flush=True)
after = [signal.getsignal(each) for each in kinds], dict(os.environ), sys.stdin, sys.stdout, os.fstat(0), os.fstat(1)
os.system("echo from a child; cat")
print(before == after)
"""


def test_the_host_keeps_its_streams_signals_and_environment(env: Env) -> None:
    del env["CALLINSPECT_WEBEX_ACCESS_TOKEN"]
    written = played(HOST, env, stdin="typed\n")
    assert written.split("\n") == ["auth_missing", ANSWERED[1], "from a child", "typed", "True", ""]


def test_stored_credentials_are_found(user: Env, env: Env, keyring: SecretService) -> None:
    """In the keyring, by profile, and bound to the address that they were stored for."""
    of_vendor = {name: value for name, value in env.items() if name.startswith("CALLINSPECT_BANDWIDTH_")}
    base_url = of_vendor.pop("CALLINSPECT_BANDWIDTH_BASE_URL")
    fields = {name.removeprefix("CALLINSPECT_BANDWIDTH_").lower(): value for name, value in of_vendor.items()}
    content = ", ".join(f'"{name}": "{value}"' for name, value in {**fields, "base_url": base_url}.items())
    stored = callinspect("auth", "login", "bandwidth", "--profile", "ours", "--stdin", env=user, stdin=f"{{{content}}}")
    assert stored.returncode == 0, stored.stderr
    program = (
        "import callinspect, sys\n"
        "for profile, values in (('ours', {}), (None, {}), ('ours', {'base_url': 'http://127.0.0.1:9/api/v2'})):\n"
        "    with callinspect.Client(profile=profile, values=values) as client:\n"
        "        try:\n"
        f"            print(client.get(*{ANSWERED!r}).state)\n"
        "        except callinspect.CallinspectError as error:\n"
        "            print(error.code, error.hints[0].split()[:3])\n"
    )
    shown = played(program, user).splitlines()
    assert shown == ["ended", "auth_missing ['log', 'in:', 'callinspect']", "auth_missing ['the', 'stored', 'ones']"]
    assert keyring


LOOP = f"""
import asyncio, callinspect
async def main():
    with callinspect.Client() as client:
        print(client.get(*{ANSWERED!r}).id)
        both = [asyncio.to_thread(client.get, *{ANSWERED!r}) for _ in range(2)]
        print(*(call.id for call in await asyncio.gather(*both)))
        print(*(call.id for call in client.get_many([{ANSWERED!r}])))
asyncio.run(main())
"""


def test_it_works_where_an_event_loop_runs(env: Env) -> None:
    assert played(LOOP, env).split() == [ANSWERED[1]] * 4


WORKERS = f"""
import multiprocessing, sys, callinspect

client = callinspect.Client()

def read(call_id):
    try:
        return client.get("bandwidth", call_id)
    except callinspect.CallinspectError as error:
        return error

if __name__ == "__main__":
    before = client.get(*{ANSWERED!r}).id
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        found = pool.map(read, [{ANSWERED[1]!r}, "c-none"] * 3, chunksize=1)
        pool.close()
        pool.join()
    for each in found:
        print(each.id if isinstance(each, callinspect.Call) else each.code)
    print(client.get(*{ANSWERED!r}).id == before)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_it_works_in_processes_that_are_forked_or_spawned(method: str, env: Env, tmp_path: Path) -> None:
    (tmp_path / "workers.py").write_text(WORKERS, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(tmp_path / "workers.py"), method]
    done = subprocess.run(command, env=env, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [ANSWERED[1], "not_found"] * 3 + ["True"]


def test_calls_and_errors_can_be_sent_to_other_processes(env: Env) -> None:
    with Client(environ=env) as client:
        for each in known(hostile=True):
            if each.provider in CALLS and (vendor := each.provider):
                found = next(client.get_many([(vendor, each.id)], with_="all"))
                there = pickle.loads(pickle.dumps(found))
                assert type(there) is type(found)
                assert there.as_dict() == found.as_dict()
                assert there == found or isinstance(found, CallinspectError)
        with pytest.raises(TypeError, match="a Client holds secrets and connections and cannot be pickled"):
            pickle.dumps(client)


INTERRUPTED = f"""
import callinspect, sys
client = callinspect.Client()
for call_id in ("c-slow", "c-1", "c-2"):
    try:
        print(client.get({VENDOR!r}, call_id).id, flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def test_after_an_interruption_answers_belong_to_their_calls(tmp_path: Path) -> None:
    """As of a cell in a notebook: the answer that was awaited comes later, if at all."""

    def choose(request: bytes) -> Answer:
        if asked_for(request) == "c-slow":
            time.sleep(1.5)
        return call(request)

    with Chooser(choose) as server:
        env = env_of(tmp_path, server.url)
        command = [sys.executable, "-c", INTERRUPTED]
        running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not server.requests and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (out.split(), err) == (["interrupted", "c-1", "c-2"], "")


def secret_env(base: str, home: Path) -> Env:
    return env_of(home, base) | {"CALLINSPECT_BANDWIDTH_PASSWORD": SECRET}


ECHO = answer(200, f'{{"callId": "{SECRET}", "state": "answered", "x": "{SECRET}"}}')
REFUSALS: dict[str, Answer] = {
    "refused": REFUSED,
    "refused with it": answer(401, f'{{"description": "wrong: {SECRET}"}}'),
    "an error with it": answer(500, f'{{"description": "{SECRET}"}}'),
    "a call with it": ECHO,
    "junk": b"HTTP/1.1 200 \r\n\r\n" + SECRET.encode(),
    "nothing": lambda connection: connection.close(),
}


def told_by(error: BaseException) -> list[str]:
    """Return what a traceback shows at its most talkative: the variables of our frames, and their attributes."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename.startswith(OURS)]
    assert frames
    for frame in frames:
        values = inspect.getargvalues(frame)
        assert {*values.args} <= values.locals.keys(), "cgitb fails at an argument that was deleted"
    variables = [value for frame in frames for value in frame.f_locals.values()]
    attributes = [vars(value) for value in variables if hasattr(value, "__dict__")]
    return [*map(repr, variables), *map(str, attributes), *traceback.format_exception(error)]


@pytest.mark.parametrize("kind", REFUSALS)
def test_no_secret_is_in_what_a_notebook_shows(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "callinspect")
    with Server(REFUSALS[kind]) as server, Client(environ=secret_env(server.url, tmp_path), timeout=1) as client:
        shown = [repr(client), str(vars(client))]
        found: list[object] = list(client.get_many([(VENDOR, "c-1")] * 2))
        for ask in (lambda: client.get(VENDOR, "c-1"), lambda: list(client.list(VENDOR))):
            error: CallinspectError | None = None
            try:
                found.append(ask())
            except CallinspectError as raised:
                error = raised
            if error is not None:
                found.append(error)
                assert (error.__cause__, error.__context__) == (None, None)
                shown += told_by(error)
    for each in found:
        shown += [repr(each), str(each)]
        if isinstance(each, Call | CallinspectError):
            shown += [str(each.as_dict())]
    assert leaks("\n".join([*shown, caplog.text]).encode()) == []
    assert "/c-1" in caplog.text


class Stop(BaseException):
    """What other libraries raise from a signal's handler, at any place."""


def stop(*_: object) -> None:
    raise Stop


@pytest.mark.parametrize("ask", ["get", "list", "get_many"])
def test_what_a_signal_raises_leads_to_no_secret(ask: str, tmp_path: Path) -> None:
    def choose(_: bytes) -> Answer:
        signal.raise_signal(signal.SIGALRM)  # which the main thread handles
        time.sleep(1)
        return REFUSED

    ways: dict[str, Callable[[Client], object]] = {
        "get": lambda client: client.get(VENDOR, "c-1"),
        "list": lambda client: list(client.list(VENDOR)),
        "get_many": lambda client: list(client.get_many([(VENDOR, "c-1")])),
    }
    previous = signal.signal(signal.SIGALRM, stop)
    try:
        with Chooser(choose) as server, Client(environ=secret_env(server.url, tmp_path)) as client:
            with pytest.raises(Stop) as raised:
                ways[ask](client)
            assert leaks("\n".join(told_by(raised.value)).encode()) == []
            assert raised.value.__context__ is None
    finally:
        signal.signal(signal.SIGALRM, previous)


def test_a_client_that_cannot_be_made_tells_no_secret(tmp_path: Path) -> None:
    """By `cgitb` and its like, which show the arguments of every frame, and the client that is not complete."""
    env = secret_env("http://127.0.0.1:9", tmp_path)
    with pytest.raises(CallinspectError) as raised:
        Client(environ=env, profile="a b")
    assert leaks("\n".join(told_by(raised.value)).encode()) == []
    assert raised.value.__notes__ == ["use letters, digits, dots, dashes and underscores"]


def test_hints_about_arguments_are_shown_as_well(tmp_path: Path) -> None:
    with Client(environ=environment(tmp_path)) as client, pytest.raises(CallinspectError) as raised:
        client.list("bandwidth", outcome="bussy")
    assert raised.value.__notes__ == ["did you mean busy?"]


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What a host hears that listens to warnings only."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger("callinspect").addHandler(handler)
    yield heard
    logging.getLogger("callinspect").removeHandler(handler)


def test_warnings_are_logged(told: io.StringIO, tmp_path: Path) -> None:
    sent = answer(200, f'{{"callId": "c-1", "state": "answered", "tag": "{SECRET}"}}')
    with Server(sent) as server, Client(environ=secret_env(server.url, tmp_path)) as client:
        assert client.get(VENDOR, "c-1").vendor["tag"] == "[secret]"
    assert told.getvalue() == ("Bandwidth Voice v2 sent one of the account's secrets back: it is shown as [secret]\n")


def test_hints_are_shown_below_the_error(tmp_path: Path) -> None:
    program = "import callinspect; callinspect.Client().get('bandwidth', 'c-1')"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, check=False, text=True
    )
    last = done.stderr.partition("AuthMissingError: ")[2].splitlines()
    assert last[0] == "the credentials for Bandwidth Voice v2 are missing or incomplete"
    assert last[1] == "log in: callinspect auth login bandwidth"


WRONG: dict[str, Callable[[Client, str], object]] = {
    "number": lambda client, secret: client.list(VENDOR, number=secret),
    "parameter": lambda client, secret: client.list(VENDOR, parameters={secret: "x"}),
    "provider": lambda client, secret: client.list(secret),
    "extra": lambda client, secret: client.get(VENDOR, "c-1", with_=secret),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_secret_in_the_wrong_place_is_not_repeated(place: str, env: Env) -> None:
    """Once an account is known, what is pasted by mistake is known to be its secret."""
    secret = env[f"CALLINSPECT_{VENDOR.upper()}_CLIENT_SECRET"]
    with Client(environ=env) as client:
        client.get(*ANSWERED)
        with pytest.raises(CallinspectError) as caught:
            WRONG[place](client, secret)
    assert secret not in "".join(traceback.format_exception(caught.value))
