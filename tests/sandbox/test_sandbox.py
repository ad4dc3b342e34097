"""The sandbox, over its real port: what holds for every vendor in it, and the server under them."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from kit import vendors
from kit.credential_runs import CALLS as ANY
from kit.program import SCRIPTS, TIMEOUT, callinspect, environment
from kit.sandbox_requests import (
    WRONG,
    authorization,
    described,
    get,
    list_request,
    listed,
    path,
    record,
    send,
)

import callinspect as callinspect_package
from callinspect import providers
from callinspect import sandbox as emulator
from callinspect.credentials.environment import variables
from callinspect.provider import Document, check_id
from callinspect.sandbox import FAULTS, Fault, Sandbox, SandboxCall, calls
from callinspect.sandbox import vendors as registry

PROVIDERS = emulator.names()
FIRST = PROVIDERS[0]
every_vendor = pytest.mark.parametrize("provider", PROVIDERS)
LACKING = """class VENDOR(Vendor):
 calls, account = (), {}
 refusals = dict.fromkeys(("credentials", "path", "method", "call", "403", "429", "500", "503"))"""
ABLE = " routes = admit = None"
PLACED = " addresses = {'base_url': '/v1'}"
"""What a class of a vendor says, in part."""


class TestCatalogue:
    """The calls the sandbox knows."""

    def test_ids_are_distinct_and_may_be_asked_for(self) -> None:
        assert len({(call.provider, call.id) for call in calls()}) == len(calls())
        for call in calls():
            check_id(providers.get(call.provider), call.id)

    def test_ids_are_the_same_in_every_run(self) -> None:
        said = [f"{call.provider} {call.id}" for call in calls()]
        lines = "from callinspect.sandbox import calls\nfor c in calls(): print(c.provider, c.id)"
        other = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True).stdout
        assert other.splitlines() == said

    @every_vendor
    def test_every_vendor_has_living_hostile_and_faulty_calls(self, provider: str) -> None:
        theirs = calls(provider)
        assert any(call.living for call in theirs)
        assert any(call.description.startswith("hostile") for call in theirs)
        assert sum(call.description.startswith("fault") for call in theirs) >= 9

    @pytest.mark.parametrize(
        "call",
        [call for call in calls() if not call.living and not call.description.startswith(("fault", "ended eight"))],
        ids=lambda call: f"{call.provider}-{call.description[:40]}",
    )
    def test_every_frozen_call_answers(self, sandbox: Sandbox, call: SandboxCall) -> None:
        answer = get(sandbox, call)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        found = record(call, answer)
        assert found[vendors.id_key(call.provider, answer.json)] == vendors.sent_id(call.provider, call.id)
        has_state = "state is not reported" not in call.description
        read = providers.get(call.provider).normalize(Document(answer.json))
        assert bool(read.vendor_state or read.state != "unknown") == has_state

    @every_vendor
    def test_hostile_calls_hold_escape_sequences(self, sandbox: Sandbox, provider: str) -> None:
        call = described(provider, "hostile")
        text = json.dumps(record(call, get(sandbox, call)), ensure_ascii=False)
        assert "\\u001b]8;;" in text
        assert "\u202e" in text
        assert "=HYPERLINK" in text


class TestCredentials:
    """Who is let in, and how the others are turned away."""

    @every_vendor
    @pytest.mark.parametrize("header", WRONG)
    def test_wrong_ones_are_rejected(self, sandbox: Sandbox, provider: str, header: str | None) -> None:
        refusal = providers.get(provider).refusal(send(sandbox, list_request(sandbox, provider), header).response)
        assert refusal
        assert refusal.error.code == "auth_rejected"

    @every_vendor
    def test_the_environment_leads_below_the_vendor_s_name(self, sandbox: Sandbox, provider: str) -> None:
        prefix = f"CALLINSPECT_{provider.upper()}_"
        theirs = {name: value for name, value in sandbox.environment.items() if name.startswith(prefix)}
        assert theirs[f"{prefix}BASE_URL"].startswith(f"{sandbox.url}/{provider}/")
        assert all(value.startswith(sandbox.url) for name, value in theirs.items() if name.endswith("_URL"))
        assert listed(sandbox, provider).status == 200

    def test_the_environment_names_every_vendor_and_nobody_else(self, sandbox: Sandbox) -> None:
        assert {name.split("_")[1].lower() for name in sandbox.environment} == set(PROVIDERS)
        assert len(sandbox.environment) == len(dict(sandbox.environment))
        assert "CALLINSPECT_NIMBUS_TOKEN" not in sandbox.environment


class TestErrors:
    """What is not there."""

    @every_vendor
    def test_an_unknown_call_is_not_found(self, sandbox: Sandbox, provider: str) -> None:
        call = SandboxCall(provider, vendors.call_id(provider, "nonsense"), living=False, description="")
        refusal = providers.get(provider).refusal(get(sandbox, call).response)
        assert refusal
        assert refusal.error.code == "not_found"

    @every_vendor
    def test_a_wrong_method_is_405_and_names_the_right_one(self, sandbox: Sandbox, provider: str) -> None:
        listing = list_request(sandbox, provider)
        answer = send(sandbox, listing, authorization(sandbox, provider), method="DELETE")
        assert (answer.status, answer.headers["Allow"]) == (405, listing.method)
        assert answer.json

    @pytest.mark.parametrize("where", ["/", "/v1/telephony/calls", "/nimbus/v1/calls", "//"])
    def test_a_path_of_no_vendor_is_404(self, sandbox: Sandbox, where: str) -> None:
        answer = send(sandbox, where)
        assert answer.status == 404
        assert FIRST in answer.body.decode()


class TestFaults:
    """Faults on request."""

    @every_vendor
    def test_limited_twice_then_answered(self, sandbox: Sandbox, provider: str) -> None:
        call = described(provider, "rate limited for 2 s twice")
        answers = [get(sandbox, call) for _ in range(4)]
        assert [answer.status for answer in answers] == [429, 429, 200, 429]

    @every_vendor
    def test_a_call_can_be_rate_limited_for_days(self, sandbox: Sandbox, provider: str) -> None:
        assert get(sandbox, described(provider, "999999")).status == 429

    @every_vendor
    def test_unavailable_once_and_always(self, sandbox: Sandbox, provider: str) -> None:
        once, always = described(provider, "503 once"), described(provider, "503, always")
        assert [get(sandbox, once).status for _ in range(2)] == [503, 200]
        assert [get(sandbox, always).status for _ in range(2)] == [503, 503]

    @every_vendor
    def test_an_html_fault_is_a_page_under_200_or_502(self, sandbox: Sandbox, provider: str) -> None:
        for status in (200, 502):
            answer = get(sandbox, described(provider, f"HTML page under HTTP {status}"))
            assert answer.status == status
            assert answer.headers["Content-Type"].startswith("text/html")
            assert answer.body.startswith(b"<!DOCTYPE html>")

    @every_vendor
    def test_a_broken_answer_is_cut_off_or_reset(self, sandbox: Sandbox, provider: str) -> None:
        with pytest.raises(http.client.IncompleteRead):
            get(sandbox, described(provider, "middle of the body"))
        with pytest.raises(ConnectionResetError):
            get(sandbox, described(provider, "connection is reset"))

    @every_vendor
    def test_a_slow_answer_arrives_byte_by_byte(self, sandbox: Sandbox, provider: str) -> None:
        call = described(provider, "drips")
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=TIMEOUT)
        header = authorization(sandbox, provider) or ""
        started = time.monotonic()
        connection.request("GET", path(sandbox, provider, call.id), headers={"Authorization": header})
        response = connection.getresponse()
        assert response.status == 200
        assert response.read(3)[:1] in b"{["
        assert time.monotonic() - started > 0.02
        response.close()
        connection.close()

    @pytest.mark.parametrize(("kind", "status"), [("429", 429), ("503", 503)])
    @every_vendor
    def test_a_fault_with_a_share_of_1_strikes_every_request(self, provider: str, kind: str, status: int) -> None:
        with Sandbox(faults=[Fault(kind, 1)]) as broken:
            assert listed(broken, provider).status == status
        with Sandbox(faults=[Fault(kind, 0)]) as whole:
            assert listed(whole, provider).status == 200

    def test_connections_break_at_random_as_well(self) -> None:
        with Sandbox(faults=[Fault("truncated", 1)]) as broken, pytest.raises(http.client.IncompleteRead):
            listed(broken, FIRST)
        with Sandbox(faults=[Fault("reset", 1)]) as broken, pytest.raises(ConnectionResetError):
            listed(broken, FIRST)

    def test_two_faults_of_half_each_leave_no_good_answer(self) -> None:
        with Sandbox(faults=[Fault("429", 0.5), Fault("503", 0.5)]) as broken:
            assert {listed(broken, FIRST).status for _ in range(60)} == {429, 503}

    @pytest.mark.parametrize(("kind", "rate"), [("typo", 0.5), (FAULTS[0], 1.5), (FAULTS[0], -0.1)])
    def test_a_fault_that_does_not_exist_is_refused(self, kind: str, rate: float) -> None:
        with pytest.raises(ValueError, match="fault"):
            Fault(kind, rate)

    def test_more_than_everything_is_refused(self) -> None:
        with pytest.raises(ValueError, match="more than 1"):
            Sandbox(faults=[Fault("429", 0.6), Fault("503", 0.6)])


class TestServer:
    """The server under the vendors."""

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])
    def test_it_listens_on_loopback_only(self, host: str) -> None:
        with pytest.raises(ValueError, match="loopback"):
            Sandbox(host=host)

    def test_time_goes_forward_only(self) -> None:
        with pytest.raises(ValueError, match="pace"):
            Sandbox(pace=0)

    def test_it_stops_at_once_whatever_is_open(self) -> None:
        with Sandbox() as running:
            address = running.url.removeprefix("http://")
            idle = http.client.HTTPConnection(address, timeout=TIMEOUT)
            idle.request("GET", "/")
            idle.getresponse().read()
            slow = http.client.HTTPConnection(address, timeout=TIMEOUT)
            header = authorization(running, FIRST) or ""
            slow.request("GET", path(running, FIRST, described(FIRST, "drips").id), headers={"Authorization": header})
            slow.getresponse().read(1)
            started = time.monotonic()
        assert time.monotonic() - started < 10  # of the minute that one answer takes
        idle.close()
        slow.close()
        with pytest.raises(ConnectionRefusedError):
            send(running, "/")

    def test_a_connection_is_kept_alive(self, sandbox: Sandbox) -> None:
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=TIMEOUT)
        where, header = list_request(sandbox, FIRST), authorization(sandbox, FIRST) or ""
        ports = set()
        for _ in range(3):
            connection.request(where.method, where.url.removeprefix(sandbox.url), headers={"Authorization": header})
            connection.getresponse().read()
            assert connection.sock is not None
            ports.add(connection.sock.getsockname())
        connection.close()
        assert len(ports) == 1

    def test_the_log_has_requests_and_no_secrets(self) -> None:
        lines: list[str] = []
        with Sandbox(log=lines.append) as logged:
            where, header = list_request(logged, FIRST), authorization(logged, FIRST)
            lines.clear()
            send(logged, where, header)
        assert lines == [f"GET {where.url.removeprefix(logged.url)} 200"]

    def test_a_port_in_use_is_an_error(self, sandbox: Sandbox) -> None:
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=int(sandbox.url.rpartition(":")[2]))

    def test_serve_forever_ends_with_the_keyboard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        served = Sandbox()

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("selectors.DefaultSelector.select", interrupt)
        served.serve_forever()
        with pytest.raises(ConnectionRefusedError):
            send(served, "/")

    def test_many_requests_are_answered_at_once(self, sandbox: Sandbox) -> None:
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda: statuses.append(listed(sandbox, FIRST).status)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 40

    @every_vendor
    def test_every_answer_but_a_proxy_s_names_the_sandbox(self, sandbox: Sandbox, provider: str) -> None:
        """Calls, lists, refusals and faults have its Server header, by which a card knows where it comes from."""
        theirs = [each for each in calls(provider) if not re.search("drips|middle|is reset|HTML", each.description)]
        answers = [get(sandbox, each) for each in theirs]
        answers += [
            listed(sandbox, provider),
            send(sandbox, list_request(sandbox, provider)),
            send(sandbox, "/nowhere"),
        ]
        named = f"callinspect-sandbox/{callinspect_package.__version__}"
        assert {answer.status for answer in answers} >= {200, 404, 429, 503}
        assert {answer.headers["Server"] for answer in answers} == {named}
        for status in (200, 502):
            assert get(sandbox, described(provider, f"HTML page under HTTP {status}")).headers["Server"] is None

    @pytest.mark.parametrize(
        ("status", "head"),
        [
            (413, b"GET /x/v1/calls HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n"),
            (413, b"POST /x/v1/token HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"),
            (413, b"POST /x/v1/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            (400, b"GET http://[::bad/x/v1/calls HTTP/1.1\r\n\r\n"),
        ],
    )
    def test_requests_it_cannot_take(self, sandbox: Sandbox, status: int, head: bytes) -> None:
        host, _, port = sandbox.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=TIMEOUT) as raw:
            raw.sendall(head)
            assert raw.recv(64).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to change."""
    return Path(shutil.copytree(Path(callinspect_package.__file__).parent, tmp_path / "copy" / "callinspect"))


def run(package: Path, *arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program of a copy."""
    command = [sys.executable, "-m", "callinspect", *arguments]
    return subprocess.run(command, env=env, cwd=package.parent, capture_output=True, text=True, check=False)


class TestRegistry:
    """Vendors are found by their folders, and what is missing there is said."""

    def test_a_vendor_is_loaded_when_it_is_needed(self) -> None:
        lines = f"""
import sys
from callinspect.sandbox import Sandbox, vendors
def loaded():
    return [name for name in vendors.names() if f"callinspect.sandbox.vendors.{{name}}" in sys.modules]
with Sandbox() as sandbox:
    print(loaded())
    sandbox.environment["CALLINSPECT_{FIRST.upper()}_BASE_URL"]
    print(loaded())
"""
        done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == ["[]", f"['{FIRST}']"]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", " has no VENDOR"),
            ("VENDOR = 1", ": VENDOR is not a subclass of callinspect.sandbox.vendor.Vendor"),
            ("class VENDOR(Vendor): calls = ()", ": VENDOR does not say its account, way, addresses, refusals"),
            (
                "class VENDOR(Vendor):\n calls = way = ()\n account = addresses = refusals = {}",
                ": the refusals of VENDOR lack credentials, path, method, call, 403, 429, 500, 503",
            ),
            (f"{LACKING}\n way = ()\n addresses = {{}}", ": VENDOR does not define admit, routes"),
            (f"{LACKING}\n{ABLE}\n way = ()\n addresses = {{}}", ": the addresses of VENDOR lack base_url"),
            (f"{LACKING}\n{ABLE}\n way = ('key',)\n{PLACED}", ": the account of VENDOR lacks key, which its way needs"),
            (
                f"{LACKING}\n{ABLE}\n way = ()\n{PLACED}\n calls = (Call('1', 'odd', (), ('slwo',)),)",
                ": “odd” has the step slwo, which is neither a fault nor a refusal",
            ),
            (
                f"{LACKING}\n{ABLE}\n way = ()\n{PLACED}\n calls = (Call('1', 'odd', (), steps_below=('slwo',)),)",
                ": “odd” has the step slwo, which is neither a fault nor a refusal",
            ),
        ],
    )
    def test_a_folder_that_is_not_a_vendor_s_says_why(
        self, text: str, said: str, package: Path, bare: dict[str, str]
    ) -> None:
        folder = package / "sandbox" / "vendors" / "nimbus"
        folder.mkdir()
        lines = f"from callinspect.sandbox.scene import Call\nfrom callinspect.sandbox.vendor import Vendor\n{text}\n"
        (folder / "__init__.py").write_text(lines, encoding="utf-8")
        done = run(package, "sandbox", "calls", env=bare)
        assert done.returncode == 10
        assert f"callinspect/sandbox/vendors/nimbus/__init__.py{said}" in done.stderr

    @pytest.mark.parametrize(
        ("calls", "said"),
        [
            ({"a": {"says": "a", "like": "b"}}, "“a” is like “b”, and there is no such entry"),
            ({"a": {"says": "a", "body": {"x": "{y}"}}}, "“a” has {y}, and nothing of that name is known"),
            ({"a": {"says": "a", "boddy": {}}}, "“a” has no such key as boddy"),
            ({"a": {"says": "a", "body": {"x": "@1 days"}}}, "“@1 days” is not a moment: its form is one of"),
        ],
    )
    def test_a_call_that_cannot_be_read_says_why(
        self, calls: dict[str, Any], said: str, package: Path, bare: dict[str, str]
    ) -> None:
        (package / "sandbox" / "vendors" / FIRST / "calls.json").write_text(json.dumps({"calls": calls}))
        done = run(package, "--sandbox", "get", FIRST, "1", env=bare)
        assert done.returncode == 10
        assert f"callinspect/sandbox/vendors/{FIRST}/calls.json: {said}" in done.stderr

    def test_a_provider_without_a_sandbox(self, package: Path, bare: dict[str, str]) -> None:
        shutil.rmtree(package / "sandbox" / "vendors" / FIRST)
        for arguments in (("--sandbox", "get", FIRST, ANY[FIRST]), ("sandbox", "calls", FIRST)):
            done = run(package, *arguments, env=bare)
            assert done.returncode == 2
            assert f"there is no sandbox for {FIRST}\n  · there is one for {', '.join(PROVIDERS[1:])}" in done.stderr


class TestCommand:
    """`callinspect sandbox`, and `--sandbox`."""

    @every_vendor
    def test_calls_of_one_vendor_are_listed_alone(self, provider: str, bare: dict[str, str]) -> None:
        done = callinspect("sandbox", "calls", provider, "-o", "jsonl", env=bare)
        assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [call.id for call in calls(provider)]

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            (
                "typo=0.5",
                "“typo=0.5” is not a fault\n  · the faults are 429, 503, slow, truncated, reset, as in 503=0.01",
            ),
            ("503", "“503” needs a share between 0 and 1\n  · write, for example, 503=0.01"),
            ("503=2", "the share in “503=2” must be between 0 and 1"),
            ("503=nan", "the share in “503=nan” must be between 0 and 1"),
        ],
    )
    def test_a_fault_that_does_not_exist(self, fault: str, said: str, bare: dict[str, str]) -> None:
        done = callinspect("sandbox", "serve", "--fault", fault, env=bare)
        assert done.returncode == 2
        assert said in done.stderr.decode()

    def test_more_faults_than_requests(self, bare: dict[str, str]) -> None:
        done = callinspect("sandbox", "serve", "--fault", "429=0.6", "--fault", "503=0.6", env=bare)
        assert done.returncode == 2
        assert "the shares of the faults add up to more than 1" in done.stderr.decode()


@every_vendor
def test_what_serve_prints_leads_a_shell_there_alone(provider: str, tmp_path: Path) -> None:
    """Whatever account the shell had before, of ours or of the vendor's names, is none of what is sent.

    The key of masks is no account's.
    """
    before = [name for each in providers.get(provider).settings for name in variables(providers.get(provider), each)]
    real = {name: "https://127.0.0.1:9" if name.endswith("URL") else "REAL-CREDENTIAL" for name in before}
    last = f"CALLINSPECT_{PROVIDERS[-1].upper()}_{registry.get(PROVIDERS[-1]).way[-1].upper()}="
    with subprocess.Popen(
        [str(SCRIPTS / "callinspect"), "sandbox", "serve"], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        printed = [serving.stdout.readline()]
        while last not in printed[-1]:
            printed.append(serving.stdout.readline())
        call = next(each for each in emulator.calls(provider) if ":" not in each.description)
        get = f"callinspect get {provider} '{call.id}' -f id"
        shell = (
            f"set -eu\n{''.join(printed)}\nenv | grep REAL && exit 9\n{get}\n[ $CALLINSPECT_REDACT_KEY_FILE = kept ]"
        )
        env = environment(tmp_path, CALLINSPECT_REDACT_KEY_FILE="kept", CALLINSPECT_WEBEX_TOKEN_FILE="REAL", **real)
        done = subprocess.run(["sh", "-c", shell], env=env, capture_output=True, text=True, timeout=30, check=False)
        serving.terminate()
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr
