"""What tests of credentials share: a Secret Service, a vendor that tells what it was asked, a run that tells no secret.

A run here is always at its most talkative, and whatever it writes, none of the secrets may be in it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from callinspect import sandbox
from callinspect.sandbox import Sandbox, calls
from kit import cases, vendors
from kit.program import callinspect, environment, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kit.ways import Way

CALLS = {
    call.provider: call.id
    for call in reversed(calls())
    if not call.living and not call.description.startswith(("fault", "hostile"))
}
"""A call of each provider that the sandbox always knows."""

ACCEPTED = {provider: sandbox.account(provider) for provider in vendors.NAMES}
"""What the sandbox accepts, by vendor and field."""


def _secrets(provider: str) -> set[str]:
    """Return every form of a vendor's secrets: each by itself, and user and password as HTTP Basic has them."""
    declared, accepted = cases.account(provider)["declares"], ACCEPTED[provider]
    pairs = [scheme for scheme in declared["schemes"] if len(scheme) == 2 and accepted.keys() >= {*scheme}]
    return {
        value for field, value in accepted.items() if "secret" in declared["fields"].get(field, "secret").split()
    } | {b64encode(":".join(accepted[field] for field in pair).encode()).decode() for pair in pairs}


SECRETS = frozenset(secret for provider in vendors.NAMES for secret in _secrets(provider))
CANARY = "canary-9f3c1e-secret"

STARTING = 10.0
"""Seconds after which a Secret Service that is not there will not come."""

NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: whatever goes wrong here, no invented secret reaches a real vendor."""

SERVICE = "org.freedesktop.secrets"
START = """
printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
printf '%s\\n' "$DBUS_SESSION_BUS_ADDRESS"
read -r
"""
"""Runs until its standard input ends, and the bus with it; not the daemon, which outlives its bus."""


@dataclass(frozen=True)
class Run:
    """What a run of the program wrote, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Standard error without the trace of requests."""
        return "".join(line for line in self.err.splitlines(keepends=True) if line.startswith(("callinspect", "{")))


def run(
    *arguments: str, env: Mapping[str, str], stdin: str | bytes | Mapping[str, Any] = "", secrets: tuple[str, ...] = ()
) -> Run:
    """Run the program with all its talk; fail if it ends in a bug, or shows a secret in any form it has on the way."""
    given = stdin if isinstance(stdin, str | bytes) else json.dumps(stdin)
    result = callinspect(*arguments, "-vv", "--debug", env={"HTTPS_PROXY": NOWHERE, **env}, stdin=given)
    done = Run(result.returncode, result.stdout.decode(), result.stderr.decode())
    assert done.status != 1, done.err
    assert "Traceback" not in done.err
    for secret in {*SECRETS, *secrets}:
        for form in (secret, quote(secret, safe=""), b64encode(secret.encode(errors="surrogateescape")).decode()):
            assert form not in done.out, f"a secret is on standard output of {arguments}"
            assert form not in done.err, f"a secret is on standard error of {arguments}"
    return done


def get(way: Way, *arguments: str, env: Mapping[str, str], secrets: tuple[str, ...] = ()) -> Run:
    """Ask for a call that the vendor has."""
    return run("get", way.provider, CALLS[way.provider], *arguments, env=env, secrets=secrets)


def login(
    way: Way,
    *arguments: str,
    env: Mapping[str, str],
    stdin: str | bytes | Mapping[str, Any],
    secrets: tuple[str, ...] = (),
) -> Run:
    """Log in with fields on standard input."""
    return run("auth", "login", way.provider, "--stdin", *arguments, env=env, stdin=stdin, secrets=secrets)


def logout(way: Way, *arguments: str, env: Mapping[str, str]) -> Run:
    return run("auth", "logout", way.provider, *arguments, env=env)


def status(way: Way, *arguments: str, env: Mapping[str, str], secrets: tuple[str, ...] = ()) -> Run:
    """Ask where the credentials of one vendor come from."""
    return run("auth", "status", way.provider, *arguments, env=env, secrets=secrets)


class Vendor:
    """A sandbox that keeps a log of requests; a context manager.

    Args:
        token_lifetime: seconds that its OAuth tokens live.
        renewed: done when it has issued a token, and the old refresh token is no longer good, before its answer leaves.
    """

    def __init__(self, token_lifetime: int | None = None, renewed: Callable[[], None] | None = None) -> None:
        self.log: list[str] = []
        self._renewed = renewed
        self._sandbox = Sandbox(log=self._note, token_lifetime=token_lifetime)
        self.url = self._sandbox.url

    def _note(self, line: str) -> None:
        self.log.append(line)
        if self._renewed and self.exchanges[-1] == "POST 200":
            self._renewed()

    def __enter__(self) -> Self:
        self._sandbox.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.__exit__(None, None, None)

    @property
    def exchanges(self) -> list[str]:
        """Method and status of every request so far, in order; POST is for a token."""
        return [f"{line.split()[0]} {line.split()[2]}" for line in self.log]

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a user with an account at every vendor."""
        return dict(self._sandbox.environment)

    def address_variables(self, way: Way) -> dict[str, str]:
        """Return the variables that lead a provider here."""
        ours = way.variable("")
        return {name: url for name, url in self.environment.items() if name.startswith(ours) and name.endswith("_URL")}

    def addresses(self, way: Way) -> dict[str, str]:
        """Return the fields that lead a provider here."""
        ours = way.variable("")
        return {name.removeprefix(ours).lower(): url for name, url in self.address_variables(way).items()}

    def account(self, way: Way, **changes: Any) -> dict[str, Any]:
        """Return what a user with an account here enters, and what the keyring's item holds of it then."""
        return {**self.addresses(way), **way.account, **changes}


class SecretService:
    """A real one on a D-Bus of its own, unlocked and empty; a context manager.

    Args:
        home: where it may write; a new directory.
    """

    def __init__(self, home: Path) -> None:
        for program in ("dbus-run-session", "gnome-keyring-daemon", "secret-tool", "dbus-send"):
            require(program)
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}

    def __enter__(self) -> Self:
        self._daemon: int | None = None
        self._bus = subprocess.Popen(
            ["dbus-run-session", "--", "bash", "-c", START],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout
        self.address = self._bus.stdout.readline().strip()
        self._environment["DBUS_SESSION_BUS_ADDRESS"] = self.address
        self._daemon = self._new_daemon()
        return self

    def __exit__(self, *_: object) -> None:
        for daemon in {self._daemon, self._owner()}:  # the bus starts another one in place of one that was killed
            if daemon is not None:
                with suppress(ProcessLookupError):
                    os.kill(daemon, signal.SIGKILL)
        with self._bus:  # closes its standard input, and waits
            pass

    def user(self, home: Path, **variables: str) -> dict[str, str]:
        """Return the environment of a user with this keyring."""
        named = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}  # to look for one takes longer
        return environment(home, DBUS_SESSION_BUS_ADDRESS=self.address, **named | variables)

    def text(self, name: str) -> str | None:
        """Return what an item holds, as another program reads it; None when there is no such item."""
        found = self._tool("lookup", *_attributes(name))
        return found.stdout.decode() if found.returncode == 0 else None

    def item(self, name: str) -> dict[str, Any]:
        """Return the JSON object that an item holds, without the mark by which one login is told from the next."""
        text = self.text(name)
        assert text is not None, f"there is no item {name}"
        value = json.loads(text)
        assert isinstance(value, dict)
        value.pop("login", None)
        return value

    def put(self, name: str, content: bytes | Mapping[str, Any], *more: str) -> None:
        """Write an item, as another program does; with more marks on it, beside one that has the usual marks only."""
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        # The application is keyring's own mark; without it the item is another one than that which keyring writes.
        marks = (*_attributes(name), "application", "Python keyring library", *more)
        assert self._tool("store", "--label=test", *marks, text=text).returncode == 0

    def clear(self) -> None:
        """Delete every item."""
        self._tool("clear", "service", "callinspect")

    def lock(self) -> None:
        """Lock the collection; nobody is there to unlock it."""
        login = "array:objpath:/org/freedesktop/secrets/collection/login"
        assert self._bus_call(SERVICE, "Lock", login, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")

    def stop(self) -> None:
        """Stop the daemon in its tracks: it is there, and never answers."""
        assert self._daemon is not None
        os.kill(self._daemon, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a stopped daemon go on."""
        assert self._daemon is not None
        os.kill(self._daemon, signal.SIGCONT)

    def restart(self) -> None:
        """Put a new daemon, unlocked and with the same items, in place of the old one."""
        command = ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"]
        subprocess.run(command, env=self._environment, input=b"\n", capture_output=True, timeout=STARTING, check=True)
        self._daemon = self._new_daemon(self._daemon)

    def kill(self) -> None:
        """Kill the daemon; the one that the bus starts when it is next asked for is locked."""
        assert self._daemon is not None
        os.kill(self._daemon, signal.SIGKILL)
        self._daemon = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be locked for a while."""
        self.lock()
        try:
            yield
        finally:
            self.restart()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Be there for a while, and never answer."""
        self.stop()
        try:
            yield
        finally:
            self.resume()

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Be gone for a while."""
        self.kill()
        try:
            yield
        finally:
            self.restart()

    def _new_daemon(self, old: int | None = None) -> int:
        """Wait for a daemon to be there; return its process's id."""
        deadline = time.monotonic() + STARTING
        while (daemon := self._owner()) in {None, old}:
            assert time.monotonic() < deadline, "no Secret Service has come up"
        assert daemon is not None
        return daemon

    def _owner(self) -> int | None:
        answer = self._bus_call("org.freedesktop.DBus", "GetConnectionUnixProcessID", f"string:{SERVICE}")
        return int(answer.split()[-1]) if answer else None

    def _tool(self, *arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["secret-tool", *arguments],
            env=self._environment,
            input=text,
            capture_output=True,
            timeout=STARTING,
            check=False,
        )

    def _bus_call(
        self, name: str, method: str, argument: str, path: str = "/", interface: str = "org.freedesktop.DBus"
    ) -> str:
        """Return the answer to a call of a method on the bus, nothing when there is none."""
        call = ["dbus-send", "--session", "--print-reply=literal", f"--dest={name}", path, f"{interface}.{method}"]
        result = subprocess.run(
            [*call, argument], env=self._environment, capture_output=True, timeout=STARTING, check=False, text=True
        )
        return result.stdout


def _attributes(name: str) -> tuple[str, ...]:
    return ("service", "callinspect", "username", name)
