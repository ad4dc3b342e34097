"""What a real Asterisk refuses, while it starts, when it is full and when it runs; and that it is installed once."""

import socket
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from kit.program import Env, callinspect, environment, error, failure
from providers.asterisk.pbx import PBX, needed, until

needed()

INSTALL = Path(__file__).parent / "install"
SESSIONS = 3


def test_a_wrong_password_is_refused_and_not_shown(pbx: PBX, inspector: Env) -> None:
    env = inspector | {"CALLINSPECT_ASTERISK_PASSWORD": "wrong-9d2c"}
    said = failure(callinspect("get", "asterisk", "1795670595.8", env=env), 4)
    assert "“Authentication required” (HTTP 401)" in said
    assert "wrong-9d2c" not in said
    assert pbx.status("asterisk/ping") == 200


def test_a_user_at_a_wrong_address_is_not_permitted(pbx: PBX, inspector: Env) -> None:
    env = inspector | pbx.variables("outsider")
    said = failure(callinspect("get", "asterisk", "1795670595.8", env=env), 5)
    assert "“Access denied by ACL” (HTTP 403)" in said


def test_a_channel_that_is_over_is_not_found(pbx: PBX, inspector: Env) -> None:
    pbx.call("ring", "1795670595.8")
    pbx.hang_up("1795670595.8")
    done = callinspect("get", "asterisk", "1795670595.8", "--error-format", "json", env=inspector)
    found = error(done, 3)
    assert (found["code"], found["message"], found["http_status"]) == ("not_found", "Channel not found", 404)
    assert "it may be over" in found["hint"]


@pytest.mark.parametrize("wrong", ["/pbx", "/ari/ari/ari"])
def test_a_wrong_address_is_not_a_call_that_is_over(pbx: PBX, inspector: Env, wrong: str) -> None:
    """Asterisk's web page, and its word for a path that it does not have."""
    env = inspector | {"CALLINSPECT_ASTERISK_BASE_URL": f"{pbx.base_url}{wrong}"}
    found = error(
        callinspect("get", "asterisk", "1795670595.8", "--error-format", "json", env=env), 7 if wrong == "/pbx" else 10
    )
    assert found["http_status"] == 404
    assert "base_url" in found["hint"]


@pytest.mark.parametrize("tail", ["/", "/ari", "/ari/"])
def test_an_address_may_end_in_that_of_the_interface(pbx: PBX, inspector: Env, tail: str) -> None:
    pbx.call("ring", "one")
    env = inspector | {"CALLINSPECT_ASTERISK_BASE_URL": f"{pbx.base_url}{tail}"}
    assert callinspect("get", "asterisk", "one", "-f", "state", env=env).stdout == b"ringing\n"


@pytest.mark.parametrize(("user", "status"), [("inspector", 0), ("outsider", 5), ("nobody", 4)])
def test_credentials_are_checked_with_a_ping(pbx: PBX, inspector: Env, user: str, status: int) -> None:
    done = callinspect("auth", "status", "asterisk", "--check", env=inspector | pbx.variables(user))
    assert done.returncode == status, done.stdout


@pytest.mark.parametrize("word", ["create", "externalMedia", ".", ".."])
def test_a_word_of_the_path_is_not_sent_as_an_id(inspector: Env, word: str) -> None:
    failure(callinspect("get", "asterisk", word, env=inspector), 2)


@pytest.mark.slow
def test_a_server_that_starts_never_says_that_a_call_is_over(tmp_path: Path) -> None:
    """It refuses connections, has no interface yet, is not booted; who waits has patience with it."""
    with PBX(tmp_path / "pbx", in_steps=True) as starting:
        env = environment(tmp_path, **starting.variables())
        ask = ("get", "asterisk", "1795670595.8", "--error-format", "json")

        def refused() -> tuple[str, int | None]:
            found = error(callinspect(*ask, "--timeout", "1", env=env), 7)
            return found["code"], found["http_status"]

        assert refused() == ("network", None)
        starting.go_on("http")
        until(lambda: starting.status("channels") == 404)
        assert refused() == ("vendor_unavailable", 404)
        starting.go_on("musiconhold")
        until(lambda: starting.status("channels") == 503)
        assert refused() == ("vendor_unavailable", 503)
        threading.Timer(1, starting.go_on, ("extensions",)).start()
        found = error(callinspect("wait", *ask[1:], "--grace", "0", "--interval", "0.2", env=env), 3)
        assert found["message"] == "Channel not found"


@pytest.mark.slow
def test_one_connection_too_many_is_a_network_error(tmp_path: Path) -> None:
    """It is closed without a byte; when there is room, it works."""
    with PBX(tmp_path / "pbx", SESSIONS) as full:
        full.ready()
        env = environment(tmp_path, **full.variables())
        full.call("ring", "one")
        with ExitStack() as crowd:
            for _ in range(SESSIONS):
                crowd.enter_context(socket.create_connection((full.address, full.port)))
            until(lambda: full.status("channels") == 0)
            done = callinspect("get", "asterisk", "one", "--timeout", "1", "--error-format", "json", env=env)
            found = error(done, 7)
            assert (found["code"], found["http_status"], found["retryable"]) == ("network", None, True)
            threading.Timer(1, crowd.close).start()
            done = callinspect("wait", "asterisk", "one", "--for", "ringing", "--interval", "0.2", "-f", "id", env=env)
            assert (done.returncode, done.stdout) == (0, b"one\n")


def test_to_install_again_does_nothing(pbx: PBX) -> None:
    """From whatever directory."""
    there = {path: path.stat().st_mtime_ns for path in INSTALL.parent.joinpath("build").iterdir()}
    done = subprocess.run(["bash", INSTALL], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True, check=True)
    assert done.stdout.startswith(b"Asterisk ")
    assert pbx.status("asterisk/ping") == 200
    assert there == {path: path.stat().st_mtime_ns for path in INSTALL.parent.joinpath("build").iterdir()}
