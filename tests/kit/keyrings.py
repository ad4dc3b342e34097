"""A real Secret Service on a bus of its own, and what is in it, read and written by another program than ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

from kit.program import environment, require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STARTING = 30.0
"""Seconds after which a Secret Service that is not there will not come."""

SERVICE = "org.freedesktop.secrets"
START = """
printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
printf '%s\\n' "$DBUS_SESSION_BUS_ADDRESS"
read -r
"""
"""Runs until its standard input ends, and the bus with it; not the daemon, which outlives its bus."""


class SecretService:
    """A real one on a D-Bus of its own, unlocked and empty; a context manager.

    Args:
        home: where it may write; a new directory.
    """

    def __init__(self, home: Path) -> None:
        for program in ("dbus-run-session", "gnome-keyring-daemon", "secret-tool", "dbus-send"):
            require(program)
        self._daemon: int | None = None
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def mend(self) -> None:
        """Begin anew on another bus where the daemon does not keep what it is given.

        gnome-keyring's does now and then crash, or lose its collection, when several write at the same moment; the one
        that the bus starts in its place is locked, and every later test would fail.
        """
        with suppress(AssertionError, subprocess.TimeoutExpired):
            self.put("probe", b"kept")
            if self.text("probe") == "kept":
                self.clear()
                return
        self._end()
        self._start()

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

    def _start(self) -> None:
        self._daemon = None
        self._environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
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

    def _end(self) -> None:
        for daemon in {self._daemon, self._owner()}:  # the bus starts another one in place of one that was killed
            if daemon is not None:
                with suppress(ProcessLookupError):
                    os.kill(daemon, signal.SIGKILL)
        with self._bus:  # closes its standard input, and waits
            pass

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
