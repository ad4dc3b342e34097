"""Credentials go to the vendor's own address, and nowhere else."""

from __future__ import annotations

import ssl
from itertools import cycle, product
from typing import TYPE_CHECKING

import trustme
from kit.canary import canary, leaks
from kit.pairwise import pairwise, sampled
from kit.recipes import ASKING, ID, PATIENT, PROBING, RECIPES, SHORT, TALK, WAYS, is_login
from kit.servers import Server, answer, header
from kit.watched import Case, without_bugs

from callinspect.credentials.environment import variables

if TYPE_CHECKING:
    from kit.watched import WatchedUser


def test_an_id_that_is_an_address_is_an_id(watched: WatchedUser) -> None:
    ways, host = cycle(WAYS), watched.elsewhere.address
    ids = [
        *(f"http://{host}/calls/{ID}", f"//{host}/{ID}", f"@{host}", f"\\\\{host}\\x"),
        *(f"..//{host}", f"?{host}", f"#{host}"),
    ]
    runs = watched.sweep(
        Case(command, next(ways), arguments=(*TALK, "--timeout", SHORT), recipe=("PROVIDER", call_id))
        for command, call_id in product(ASKING, ids)
        if ID in RECIPES[command]
    )
    without_bugs(runs)


def test_stored_credentials_are_for_their_own_address(watched: WatchedUser) -> None:
    addresses = [(way, each) for way in WAYS for each in way.needs if each.url]
    looking = [command for command in ASKING if not is_login(command) and command not in PROBING]

    def case(command: tuple[str, ...], number: int, *, typed: bool) -> Case:
        way, each = addresses[number]
        arguments = ("--set", f"{each.name}={watched.elsewhere.url}") if typed else ()
        given = {} if typed else {variables(way.provider, each)[0]: watched.elsewhere.url}
        return Case(command, way, arguments=(*TALK, *arguments), stored=True, variables=given)

    sampled = pairwise(looking, range(len(addresses)), (True, False))
    runs = watched.sweep(case(command, number, typed=typed) for command, number, typed in sampled)
    assert {run.status for run in runs} == {4}
    assert watched.vendor.requests == []


def test_a_proxy_learns_no_secret(watched: WatchedUser) -> None:
    with Server(answer(407, "{}", {"Proxy-Authenticate": "Basic"})) as proxy:
        address = f"http://me:{canary('proxy')[:-5]}@{proxy.address}"
        variables = dict.fromkeys(("HTTPS_PROXY", "ALL_PROXY"), address)
        runs = watched.sweep(
            Case(command, way, arguments=TALK, origin="https://vendor.test", variables=variables)
            for command, way in sampled(ASKING, WAYS, 4)
        )
        assert {run.status for run in runs} <= {7, 8}
        assert proxy.requests
        for request in proxy.requests:
            assert request.startswith(b"CONNECT vendor.test:443 ")
            assert header(request, "authorization") is None
            own = (header(request, "proxy-authorization") or "").encode()
            assert leaks(request.replace(own, b"")) == []


def test_nothing_is_sent_before_the_certificate_is_accepted(watched: WatchedUser) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    stored, schemes = cycle((False, True, True)), cycle(("https", "HTTPS", "Https", "httpS"))
    with Server(answer(200), tls=tls) as server:
        runs = watched.sweep(
            Case(
                command,
                way,
                arguments=(*TALK, *PATIENT),
                stored=next(stored),
                origin=server.url.replace("https", next(schemes)),
            )
            for command, way in sampled(ASKING, WAYS, 4)
        )
        assert {run.status for run in runs} == {7}
        assert server.requests == []
        assert server.connections
