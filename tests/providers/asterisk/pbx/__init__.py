"""A real Asterisk, which `install` puts into `build`, on a loopback address of its own.

`python -m providers.asterisk.pbx`, in `tests`, runs one until Ctrl-C.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import time
from base64 import b64encode
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"

PASSWORD = "pbx-4c1f0e"
"""Of `inspector`, who may read, of `operator`, who may do anything, and of `outsider`, whose address is refused."""

MISSING = "needs an Asterisk: bash tests/providers/asterisk/install (on Debian 12 or newer, with apt)"

PATIENCE = 15.0
"""Seconds after which what has not happened will not happen."""

ASKED_FOR = ("acl", "ccss", "cel", "features", "manager", "pjproject", "sorcery", "stasis", "udptl", "websocket_client")
"""Configurations that have to be there, and may be empty."""


def needed() -> None:
    """Skip the test module that calls this where no server is installed; fail where everything has to be tested."""
    if (BUILD / "asterisk").exists():
        return
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING, allow_module_level=True)


def until(happened: Callable[[], Any]) -> Any:
    """Ask again and again, and return the first answer that is true; there must be one."""
    last = time.monotonic() + PATIENCE
    while not (answer := happened()):
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.02)
    return answer


def says(channel: dict[str, Any], **wanted: str) -> bool:
    """Whether a channel says all that, of itself or of its place in the dialplan."""
    return all((channel | channel["dialplan"]).get(name) == value for name, value in wanted.items())


def free_port(address: str, kind: socket.SocketKind) -> int:
    """Return a port of that address that nobody has; the address being our own, nobody takes it before we do."""
    with socket.socket(type=kind) as found:
        found.bind((address, 0))
        return int(found.getsockname()[1])


class PBX:
    """A running server, as a context manager; it ends at the latest with the process that started it.

    Args:
        home: a new directory, where everything is that it writes.
        sessions: how many connections it has at once; one more is closed.
        in_steps: whether it waits for `go_on` at each of `STEPS` while it starts.
    """

    STEPS = ("http", "musiconhold", "extensions")
    """Configurations after which it listens, then has its interface, then is ready."""

    def __init__(self, home: Path, sessions: int = 100, *, in_steps: bool = False) -> None:
        self.home = home
        self.address = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
        self.port = free_port(self.address, socket.SOCK_STREAM)
        self.base_url = f"http://{self.address}:{self.port}"
        self._configure(
            {
                "run": home,
                "modules": next(BUILD.glob("root/usr/lib/*/asterisk/modules")),
                "data": BUILD / "root/usr/share/asterisk",
                "address": self.address,
                "http": self.port,
                "sip": free_port(self.address, socket.SOCK_DGRAM),
                "sessions": sessions,
                "password": PASSWORD,
            },
            in_steps=in_steps,
        )

    def _configure(self, values: dict[str, object], *, in_steps: bool) -> None:
        """Write its configuration, and what it plays: ten seconds of silence."""
        for folder in ("etc", "lib", "log", "cache", "spool", "silence"):
            (self.home / folder).mkdir(parents=True)
        for name in ASKED_FOR:
            (self.home / f"etc/{name}.conf").touch()
        for path in HERE.glob("etc/*.conf"):
            text = path.read_text(encoding="utf-8")
            for name, value in values.items():
                text = text.replace(f"@{name}@", str(value))
            (self.home / "etc" / path.name).write_text(text, encoding="utf-8")
        for name in self.STEPS if in_steps else ():
            os.mkfifo(self.home / name)
            with (self.home / f"etc/{name}.conf").open("a") as file:
                file.write(f'\n#exec "timeout 60 cat {self.home / name}"\n')
        (self.home / "silence/silence.ulaw").write_bytes(b"\xff" * 80_000)

    def __enter__(self) -> Self:
        program = map(str, (BUILD / "asterisk", "-f", "-C", self.home / "etc/asterisk.conf"))
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *program],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)  # while it starts, it does not hear anything else
        self._process.wait()

    def go_on(self, step: str) -> None:
        """Let it take that step of its start."""
        (self.home / step).write_bytes(b"")

    def ready(self) -> Self:
        """Wait until it serves."""
        until(lambda: self._process.poll() is None and self.status("asterisk/ping") == 200)
        return self

    def variables(self, user: str = "inspector") -> dict[str, str]:
        """Return the environment's variables of one of its users."""
        fields = {"BASE_URL": self.base_url, "USERNAME": user, "PASSWORD": PASSWORD}
        return {f"CALLINSPECT_ASTERISK_{name}": value for name, value in fields.items()}

    def status(self, path: str) -> int:
        """Return the status of its answer; 0 where it does not answer."""
        try:
            return self._ask("GET", path, {})[0]
        except OSError:
            return 0

    def ask(self, method: str, path: str, **query: str) -> Any:
        """Return the JSON of its answer, which must be one of success; None where it has nothing to say."""
        status, body = self._ask(method, path, query)
        assert status < 300, (method, path, query, status, body)
        return json.loads(body) if body else None

    def _ask(self, method: str, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        connection = HTTPConnection(self.address, self.port, timeout=PATIENCE)
        try:
            login = b64encode(f"operator:{PASSWORD}".encode()).decode()
            target = f"/ari/{path}?{urlencode(query, quote_via=quote)}"
            connection.request(method, target, headers={"Authorization": f"Basic {login}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, number: str, call_id: str = "", **query: str) -> str:
        """Call a number of the dialplan; return the ID of the channel, which is for ever silent at our end.

        Args:
            number: `ring`, in the server itself; `PJSIP/ring@trunk` over SIP.
            call_id: the ID that it should get.
            query: parameters of `POST /channels` that differ.
        """
        endpoint = number if "/" in number else f"Local/{number}@calls"
        usual = {"endpoint": endpoint, "channelId": call_id, "timeout": "-1", "callerId": '"Ada" <+12025550101>'}
        ours = {} if "app" in query else {"extension": "silent", "context": "calls"}
        made = self.ask("POST", "channels", **usual | ours | query)
        return str(made["id"])

    def channels(self) -> list[dict[str, Any]]:
        """Return all channels."""
        return list(self.ask("GET", "channels"))

    def channel(self, **wanted: str) -> dict[str, Any]:
        """Wait for a channel that says so, and return it."""
        return dict(until(lambda: [each for each in self.channels() if says(each, **wanted)])[0])

    def value(self, call_id: str, name: str) -> str:
        """Return the value of a channel's variable."""
        return str(self.ask("GET", f"channels/{call_id}/variable", variable=name)["value"])

    def hang_up(self, call_id: str) -> None:
        """End a call."""
        self.ask("DELETE", f"channels/{quote(call_id, safe='')}")

    def clear(self) -> None:
        """End every call."""
        for each in self.channels():
            self._ask("DELETE", f"channels/{quote(each['id'], safe='')}", {})
        until(lambda: not self.channels())
