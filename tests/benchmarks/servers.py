"""What is asked: vendors on loopback that answer every id with a call, and a Secret Service that knows a password."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.installed import UnableError, require

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
STARTING = 20.0
"""Seconds after which a server that is not there will not come."""

ACCOUNT, USERNAME, PASSWORD = "9900000", "user", "benchmark-password"

CALL = {
    "applicationId": "04e88489-df02-4e34-a0ee-27a91849555f",
    "accountId": ACCOUNT,
    "callId": "ID",
    "parentCallId": None,
    "to": "+19195550134",
    "from": "+19195550143",
    "direction": "outbound",
    "state": "disconnected",
    "stirShaken": None,
    "identity": None,
    "enqueuedTime": None,
    "startTime": "2024-05-14T10:06:00.000Z",
    "answerTime": "2024-05-14T10:06:04.000Z",
    "endTime": "2024-05-14T10:06:30.000Z",
    "disconnectCause": "hangup",
    "errorMessage": None,
    "errorId": None,
    "lastUpdate": "2024-05-14T10:06:30.010Z",
}
"""A call of Bandwidth's."""

OTHER_CALL = {
    "sid": "CA0123456789abcdef0123456789abcdef",
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "to": "+19195550134",
    "from": "+19195550143",
    "direction": "outbound-api",
    "status": "completed",
    "start_time": "Tue, 14 May 2024 10:06:00 +0000",
    "end_time": "Tue, 14 May 2024 10:06:30 +0000",
    "duration": "30",
    "answered_by": None,
    "price": None,
}
"""A call of Twilio's."""

UNTIL_LEFT = '"$@" & exec >/dev/null; read -r; kill $!; wait'
"""Runs a program until standard input ends, which it does with the process that started it, however that ends."""


@contextmanager
def attended(*command: str | Path, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the end of the block."""
    process = subprocess.Popen(
        ["bash", "-c", UNTIL_LEFT, "bash", *map(str, command)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is ours, and ends it by and by
    )
    with process:
        yield process


@dataclass(frozen=True)
class Certificate:
    """A server's certificate: file of the authority to trust, file of the key and the chain."""

    authority: Path
    chain: Path


def certificate(folder: Path) -> Certificate:
    """Make a certificate for whatever is served here.

    Raises:
        UnableError: what makes them is not installed.
    """
    try:
        import trustme
    except ModuleNotFoundError:
        raise UnableError("trustme is not installed; it is where the tests run") from None
    authority = trustme.CA()
    found = Certificate(folder / "authority.pem", folder / "chain.pem")
    authority.cert_pem.write_to_path(str(found.authority))
    authority.issue_cert("127.0.0.1", "localhost", "api.twilio.com").private_key_and_cert_chain_pem.write_to_path(
        str(found.chain)
    )
    return found


@dataclass(frozen=True)
class Vendor:
    """A vendor: the beginning of its addresses, with TLS and without."""

    https: str
    http: str | None = None
    port: int = 0


NGINX = """
daemon off;
worker_processes auto;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {chain};
        ssl_certificate_key {chain};
        location ~ ^/api/v2/accounts/[^/]+/calls/([^/]+)$ {{ return 200 '{call}\n'; }}
        location /api/v2/ {{ return 200 '[]'; }}
        location /2010-04-01/ {{ return 200 '{other}'; }}
    }}
}}
"""


@contextmanager
def at_once(folder: Path, certificate: Certificate) -> Iterator[Vendor]:
    """Serve without latency, by nginx, which no client here brings to its limits."""
    http, https = _free_ports(2)
    call, other = json.dumps(CALL).replace("ID", "$1", 1), json.dumps(OTHER_CALL)
    assert call.count("$1") == 1
    config = folder / "nginx.conf"
    settings = {"folder": folder, "http": http, "https": https, "chain": certificate.chain, "call": call}
    config.write_text(NGINX.format(**settings, other=other), encoding="utf-8")
    with attended(require("nginx"), "-p", folder, "-e", folder / "error.log", "-c", config):
        deadline = time.monotonic() + STARTING
        while not _is_open(https):
            if time.monotonic() > deadline:
                raise UnableError(f"nginx has not come up: {(folder / 'error.log').read_text(encoding='utf-8')}")
            time.sleep(0.05)
        yield Vendor(f"https://127.0.0.1:{https}", f"http://127.0.0.1:{http}", https)


@contextmanager
def after(seconds: float, folder: Path, certificate: Certificate) -> Iterator[Vendor]:
    """Serve with a latency, by a process of its own."""
    call = folder / "call.json"
    call.write_text(json.dumps(CALL) + "\n", encoding="utf-8")
    with attended(sys.executable, HERE / "latency.py", str(seconds), call, certificate.chain) as process:
        yield Vendor(f"https://127.0.0.1:{_said(process)}")


@contextmanager
def proxy(vendor: Vendor) -> Iterator[str]:
    """Lead whoever obeys a proxy to a vendor, whichever it asks for."""
    with attended(sys.executable, HERE / "relay.py", str(vendor.port)) as process:
        yield f"http://127.0.0.1:{_said(process)}"


SANDBOX = """
import json
from callinspect.sandbox import Sandbox
sandbox = Sandbox(burst=10**9)
print(json.dumps(dict(sandbox.environment)), flush=True)
sandbox.serve_forever()
"""
"""Serves all vendors without their rate limits, which are what runs one after the other would wait for."""


@contextmanager
def sandbox(folder: Path) -> Iterator[dict[str, str]]:
    """Serve the sandbox; give the environment of a user with an account at every vendor."""
    with attended(sys.executable, "-c", SANDBOX, env={"PATH": os.environ["PATH"], "HOME": str(folder)}) as process:
        yield json.loads(_said(process))


KEYRING = """
printf '\\n' | gnome-keyring-daemon --unlock --foreground --components=secrets >/dev/null 2>&1 &
for _ in {1..200}; do
    if dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
        string:org.freedesktop.secrets >/dev/null 2>&1; then
        printf '%s\\n' "$DBUS_SESSION_BUS_ADDRESS"
        break
    fi
    sleep 0.1
done
exec >/dev/null
read -r
kill $!
"""
"""The daemon would outlive its bus."""


@contextmanager
def secret_service(folder: Path) -> Iterator[str]:
    """Run an empty Secret Service, unlocked, on a bus of its own; give the bus's address."""
    for program in ("dbus-run-session", "dbus-send", "gnome-keyring-daemon"):
        require(program)
    folder.mkdir()
    process = subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-c", KEYRING],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with process:
        yield _said(process)


def _said(process: subprocess.Popen[str]) -> str:
    """Return the first line that a server writes."""
    assert process.stdout
    line = process.stdout.readline().strip()
    if not line:
        raise UnableError("a server has not come up")
    return line


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
