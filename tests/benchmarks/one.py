"""One call, as a whole process.

Every contender trusts one authority, given by SSL_CERT_FILE where it is heeded. That costs callinspect what a directory
of certificates costs it, which is where it finds the system's; httpx as it comes reads a bundle of all, and so there is
a contender that does. What a bundle costs callinspect, and what TLS costs both, is told besides.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.bench import CALL_ID, Bench, twilio_env, url
from benchmarks.goals import ADDED, AS_IT_COMES, BARE, GET
from benchmarks.installed import UnableError, require
from benchmarks.measure import Contender, Measure, interleaved, peak, times

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUP = "one call, whole process"
SCRIPT = "import httpx, sys; print(httpx.get(sys.argv[1], auth=(sys.argv[2], sys.argv[3])).text)"
MEMORY_RUNS = 3


def measures(bench: Bench) -> list[Measure]:
    """Measure."""
    with ExitStack() as stack:
        address = stack.enter_context(servers.secret_service(bench.folder / "keyring"))
        contenders = [*_ours(bench, address), *_others(bench)]
        if bench.twilio is None:
            bench.absent["twilio-cli"] = "it is not installed"
        else:
            contenders.append(_twilio(bench, stack.enter_context(servers.proxy(bench.vendor))))
        runs = interleaved(contenders, bench.rounds)
        added = [
            (stored.seconds - given.seconds) * 1000
            for stored, given in zip(runs[f"{GET}, Secret Service"], runs[GET], strict=True)
        ]
        found = [*times(GROUP, runs), Measure(GROUP, ADDED, "ms", added)]
        return found + [
            Measure(GROUP, f"memory: {each.name}", "MiB", [peak(each) for _ in range(MEMORY_RUNS)])
            for each in contenders
            if each.name in {GET, BARE, f"{GET}, Secret Service", "callinspect get, card"}
        ]


def _ours(bench: Bench, address: str) -> list[Contender]:
    get = (bench.callinspect, "get", "bandwidth", CALL_ID)
    as_json = (*get, "-o", "json")
    account, says = bench.account(bench.vendor.https), CALL_ID.encode()
    keyring = bench.env(DBUS_SESSION_BUS_ADDRESS=address)
    _log_in(bench, keyring)
    plain = bench.account(bench.vendor.http or "")
    bundle = {"SSL_CERT_FILE": str(_bundle(bench))}
    terminal = account | {"TERM": "xterm-256color"}
    return [
        Contender(name=GET, command=as_json, env=account, says=says),
        Contender(name=f"{GET}, Secret Service", command=as_json, env=keyring, says=says),
        Contender(name="callinspect get, card", command=get, env=terminal, says="──▶".encode(), terminal=True),
        Contender(name="callinspect get --raw", command=(*get, "--raw"), env=account, says=says),
        Contender(name=f"{GET}, a bundle of certificates", command=as_json, env=account | bundle, says=says),
        Contender(name=f"{GET}, without TLS", command=as_json, env=plain, says=says),
    ]


def _others(bench: Bench) -> list[Contender]:
    https, http, says = url(bench.vendor.https), url(bench.vendor.http or ""), CALL_ID.encode()
    script = (bench.python, "-c", SCRIPT)
    login, user = (servers.USERNAME, servers.PASSWORD), f"{servers.USERNAME}:{servers.PASSWORD}"
    authority, env = str(bench.certificate.authority), bench.env()
    bundle = bench.env(SSL_CERT_FILE=str(_bundle(bench)))
    http_ = (str(bench.httpie), "--ignore-stdin", "--body", "--verify", authority, "-a", user, https)
    return [
        Contender(name=BARE, command=(*script, https, *login), env=env, says=says),
        Contender(name=AS_IT_COMES, command=(*script, https, *login), env=bundle, says=says),
        Contender(name=f"{BARE}, without TLS", command=(*script, http, *login), env=env, says=says),
        Contender(
            name="curl", command=(require("curl"), "-s", "--cacert", authority, "-u", user, https), env=env, says=says
        ),
        Contender(name="httpie", command=http_, env=env, says=says),
    ]


def _twilio(bench: Bench, proxy: str) -> Contender:
    """It asks for a call of its own vendor's, through a proxy that leads to ours."""
    sid, account = servers.OTHER_CALL["sid"], servers.OTHER_CALL["account_sid"]
    assert sid
    assert account
    env = twilio_env(bench, TWILIO_ACCOUNT_SID=account, TWILIO_AUTH_TOKEN=servers.PASSWORD, HTTP_PROXY=proxy)
    command = (str(bench.twilio), "api:core:calls:fetch", "--sid", sid, "-o", "json")
    return Contender(name="twilio-cli", command=command, env=env, says=sid.encode())


def _bundle(bench: Bench) -> Path:
    """Return a file of the authority and all those that httpx trusts by default."""
    bundle = bench.folder / "bundle.pem"
    if not bundle.exists():
        certifi = subprocess.run([bench.python, "-m", "certifi"], capture_output=True, check=True, text=True)
        usual = Path(certifi.stdout.strip()).read_bytes()
        bundle.write_bytes(usual + bench.certificate.authority.read_bytes())
    return bundle


def _log_in(bench: Bench, env: dict[str, str]) -> None:
    """Store the credentials as a user does."""
    fields = {
        "base_url": f"{bench.vendor.https}/api/v2",
        "account_id": servers.ACCOUNT,
        "username": servers.USERNAME,
        "password": servers.PASSWORD,
    }
    command: Sequence[str] = (bench.callinspect, "auth", "login", "bandwidth", "--stdin", "--no-verify")
    done = subprocess.run(command, env=env, input=json.dumps(fields).encode(), capture_output=True, check=False)
    if done.returncode:
        raise UnableError(f"the credentials could not be stored: {done.stderr.decode(errors='replace')}")
