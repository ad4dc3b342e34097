"""The vendors' SDKs and callinspect get the tokens that they send in the same way."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from second_opinion.asking import CURRENT, Asked, ask_callinspect, ask_sdk

pytestmark = pytest.mark.second_opinion

MISSING = "5550100a-5550-4100-8550-5550100a5550"


class Heard(NamedTuple):
    """A request, as the server heard it."""

    method: str
    path: str
    login: str | None
    form: dict[str, list[str]]


class Listening(BaseHTTPRequestHandler):
    """Sells a token to everybody, and has no call."""

    heard: list[Heard]

    def do_GET(self) -> None:
        self._hear("")
        self._reply(404, {})

    def do_POST(self) -> None:
        self._hear(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._reply(200, {"access_token": "second-opinion", "token_type": "bearer", "expires_in": 3600})

    def _hear(self, form: str) -> None:
        self.heard.append(Heard(self.command, self.path, self.headers["Authorization"], parse_qs(form)))

    def _reply(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


Server = tuple[str, list[Heard]]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server, and what it has heard."""
    heard: list[Heard] = []
    handler = type("Handler", (Listening,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", heard
        listening.shutdown()
        thread.join()


CLIENT = {"client_id": "second-opinion", "client_secret": "a+secret:100%&/="}
ACCOUNTS = {
    "bandwidth": {**CLIENT, "account_id": "5550100", "base_url": "/api/v2", "token_url": "/oauth/token"},
    "genesyscloud": {**CLIENT, "base_url": "/api/v2"},
}
"""Accounts by provider, with the paths of their addresses; without one of tokens, it follows from the base URL."""


@pytest.mark.parametrize("provider", ACCOUNTS)
def test_a_token_is_bought_as_the_sdk_buys_it(
    python_with: Callable[[str], Path], server: Server, tmp_path: Path, provider: str
) -> None:
    url, heard = server
    account = {name: url + value if value.startswith("/") else value for name, value in ACCOUNTS[provider].items()}
    asked = Asked(MISSING, account, [])
    question = {"provider": provider, "calls": {"": asked._asdict()}, "lists": {}}
    ask_sdk(python_with(CURRENT), f"ask_{provider}.py", question)
    theirs = heard.copy()
    heard.clear()
    ask_callinspect(tmp_path, provider, asked)
    assert [each.method for each in heard[:2]] == ["POST", "GET"]
    assert heard[:2] == theirs[:2]


def test_vonages_sdk_makes_the_token_that_callinspect_makes(
    python_with: Callable[[str], Path], server: Server, tmp_path: Path
) -> None:
    url, heard = server
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path / "private.key"
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    account = {"base_url": f"{url}/v1", "application_id": MISSING, "private_key": str(path)}
    ask_callinspect(tmp_path, "vonage", Asked(MISSING, account, []))
    scheme, _, token = (heard[0].login or "").partition(" ")
    assert scheme == "Bearer"
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    question = {
        "calls": {},
        "lists": {},
        "tokens": {"": {"ours": token, "account": account, "public_key": public.decode()}},
    }
    made = ask_sdk(python_with(CURRENT), "ask_vonage.py", question)["tokens"][""]
    ours, theirs = made["ours"], made["theirs"]
    assert ours["header"] == theirs["header"]
    assert {lasting(each) for each in (ours, theirs)} == {900}
    assert UUID(ours["claims"]["jti"]).version == UUID(theirs["claims"]["jti"]).version
    same = [{**each["claims"], "jti": "", "iat": 0, "exp": 0} for each in (ours, theirs)]
    assert same[0] == same[1]


def lasting(token: dict[str, Any]) -> int:
    """Return the seconds that a token is good for."""
    return int(token["claims"]["exp"]) - int(token["claims"]["iat"])
