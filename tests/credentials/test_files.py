"""Values in files that the environment names: what can be read, what cannot, and where such a value may go."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
from kit.credential_runs import CANARY, Vendor, get, login, status
from kit.program import SCRIPTS, callinspect
from kit.ways import ACCEPTED_WAYS, CLIENT, PASSWORD, TOKEN, Way, each_way

if TYPE_CHECKING:
    from pathlib import Path

    from kit.keyrings import SecretService

Env = dict[str, str]

VARIABLE = f"{TOKEN.variable(TOKEN.secret)}_FILE"


def in_files(way: Way, home: Path, **fields: str) -> Env:
    """Write fields into a file each; return the variables that name these."""
    for name, value in fields.items():
        (home / name).write_text(f"{value}\n", encoding="utf-8")
    return {f"{way.variable(name)}_FILE": str(home / name) for name in fields}


@pytest.fixture
def asked(vendor: Vendor, bare: Env) -> Env:
    """Make a user whose environment leads to a vendor, and has no credentials."""
    return bare | vendor.address_variables(TOKEN)


class TestWhatIsRead:
    """Files and pipes."""

    @each_way(ACCEPTED_WAYS)
    def test_every_field_can_be_in_a_file(self, way: Way, vendor: Vendor, bare: Env, tmp_path: Path) -> None:
        """Addresses too; and no keyring is asked then."""
        env = bare | in_files(way, tmp_path, **vendor.account(way))
        assert get(way, env=env | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"}).status == 0
        sources = {each["name"]: each["source"] for each in status(way, env=env).json["fields"]}
        assert sources == {name: f"file {tmp_path / name} ({way.variable(name)}_FILE)" for name in vendor.account(way)}

    @pytest.mark.parametrize("written", ["{}", "{}\n", "{}\r\n", "\ufeff{}\n"])
    def test_the_end_of_its_line_is_no_part_of_it(self, written: str, asked: Env, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(written.format(TOKEN.account[TOKEN.secret]).encode())
        assert get(TOKEN, env=asked | {VARIABLE: str(tmp_path / "f")}).status == 0

    def test_blanks_are_a_part_of_a_password(self, vendor: Vendor, bare: Env, tmp_path: Path) -> None:
        (tmp_path / "f").write_text(f"{PASSWORD.account[PASSWORD.secret]} \n")
        given = {name: value for name, value in vendor.account(PASSWORD).items() if name != PASSWORD.secret}
        env = bare | PASSWORD.variables(**given) | {f"{PASSWORD.variable(PASSWORD.secret)}_FILE": str(tmp_path / "f")}
        assert get(PASSWORD, env=env).status == 4

    def test_a_pipe_is_read_when_its_writer_is_ready(self, asked: Env, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")

        def write() -> None:
            time.sleep(1)
            (tmp_path / "pipe").write_text(TOKEN.account[TOKEN.secret])

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert get(TOKEN, env=asked | {VARIABLE: str(tmp_path / "pipe")}).status == 0
        finally:
            writer.join()

    def test_a_process_substitution_is_read_once(self, asked: Env) -> None:
        """Also where the run ends in an error, whose text is searched for secrets."""
        line = (
            f"{VARIABLE}=<(sleep 0.5; echo {CANARY}) {SCRIPTS}/callinspect get {TOKEN.provider} {CANARY}/.. --set x=1"
        )
        done = subprocess.run(["bash", "-c", line], env=asked, capture_output=True, timeout=30, check=False)
        assert done.returncode == 2
        assert CANARY.encode() not in done.stdout + done.stderr

    def test_an_error_opens_no_pipe(self, asked: Env, tmp_path: Path) -> None:
        """It would wait for the writer, or take what the run itself needs."""
        os.mkfifo(tmp_path / "pipe")
        pipe = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
        try:
            os.write(pipe, b"written")
            done = callinspect("get", "--no-such", env=asked | {VARIABLE: str(tmp_path / "pipe")})
            assert done.returncode == 2
            assert os.read(pipe, 100) == b"written"
        finally:
            os.close(pipe)

    def test_a_secret_in_a_file_is_hidden_in_every_error(self, asked: Env, tmp_path: Path) -> None:
        """Also where nobody has read it before."""
        env = asked | in_files(TOKEN, tmp_path, **{TOKEN.secret: CANARY})
        done = callinspect("get", TOKEN.provider, "1", "-f", CANARY, env=env)
        assert done.returncode == 2
        assert b"[secret]" in done.stderr
        assert CANARY.encode() not in done.stderr

    @pytest.mark.slow
    def test_a_pipe_without_a_writer_ends_in_time(self, asked: Env, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        done = callinspect("auth", "status", TOKEN.provider, env=asked | {VARIABLE: str(tmp_path / "pipe")})
        assert done.returncode == 10
        assert b"nothing was written into it within 10 s" in done.stderr


class TestWhatIsNot:
    """A file that cannot be used is exit 10, and its content is not repeated."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "it is empty"),
            (b"\n", "it is empty"),
            (b"canary\xff", "it is not UTF-8 text"),
            (CANARY.encode("utf-16"), "it is not UTF-8 text"),
            (b"canary" * 20_000, "it has more than 64 KiB"),
        ],
        ids=["empty", "newline", "latin", "utf-16", "large"],
    )
    def test_a_file_without_a_value_is_named(self, content: bytes, said: str, asked: Env, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(content)
        done = get(TOKEN, env=asked | {VARIABLE: str(tmp_path / "f")})
        assert (done.status, done.out) == (10, "")
        assert f"{VARIABLE} names {tmp_path / 'f'}, which cannot be used: {said}" in done.said
        assert "canary" not in done.err.replace(str(tmp_path), "")

    @pytest.mark.parametrize(
        ("path", "said"),
        [("nowhere", "No such file or directory"), (".", "Is a directory"), ("/dev/null", "it is not a file")],
    )
    def test_what_is_no_file_is_named(self, path: str, said: str, asked: Env, tmp_path: Path) -> None:
        done = get(TOKEN, env=asked | {VARIABLE: str(tmp_path / path)})
        assert done.status == 10
        assert str(tmp_path / path) in done.said
        assert said in done.said

    @pytest.mark.parametrize("form", ["/{}", "//{}", "/9j/{}+/Zz=="])
    def test_nor_is_one_that_begins_like_a_path(self, form: str, asked: Env) -> None:
        """As every 64th does in base64."""
        secret = "Qk7Canary9f3c1eAAQSkZJRgABAQ"
        for command in (get, status):
            done = command(TOKEN, env=asked | {VARIABLE: form.format(secret)}, secrets=(secret,))
            assert (done.status, f"{VARIABLE} names a file that cannot be used" in done.said) == (10, True)

    def test_a_path_that_looks_like_a_secret_is_named(self, asked: Env, tmp_path: Path) -> None:
        path = tmp_path.joinpath("Qk7Canary9f3c1eAAQSkZJRgABAQ").as_posix()
        assert f"{VARIABLE} names {path}, which cannot" in get(TOKEN, env=asked | {VARIABLE: path}).said

    def test_a_secret_in_a_path_s_place_is_not_repeated(self, asked: Env) -> None:
        done = get(TOKEN, env=asked | {VARIABLE: CANARY}, secrets=(CANARY,))
        assert (done.status, f"{VARIABLE} names a file that cannot be used" in done.said) == (10, True)

    def test_it_and_the_value_itself_are_one_too_many(self, asked: Env, tmp_path: Path) -> None:
        env = asked | in_files(TOKEN, tmp_path, **TOKEN.account) | TOKEN.variables(**TOKEN.account)
        done = get(TOKEN, env=env)
        assert (done.status, done.out) == (10, "")
        assert f"{TOKEN.variable(TOKEN.secret)} and {VARIABLE} are both set" in done.said

    def test_an_empty_variable_names_no_file(self, asked: Env) -> None:
        assert get(TOKEN, env=asked | TOKEN.variables(**TOKEN.account) | {VARIABLE: ""}).status == 0


class TestWhereItGoes:
    """As a value in the environment does."""

    def test_it_goes_to_no_stored_address(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT))
        given = in_files(CLIENT, tmp_path, **{CLIENT.secret: CANARY})
        done = get(CLIENT, env=user | given, secrets=(CANARY,))
        assert (done.status, vendor.log) == (4, [])
        assert f"the stored ones are for {vendor.addresses(CLIENT)['base_url']} only" in done.err

    def test_a_stored_secret_goes_to_no_address_in_a_file(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        keyring.put(TOKEN.item, {**TOKEN.account, "base_url": "https://vendor.example.com/v1"})
        done = get(TOKEN, env=user | in_files(TOKEN, tmp_path, **vendor.addresses(TOKEN)))
        assert (done.status, vendor.log) == (4, [])

    def test_a_login_takes_addresses_from_files_and_no_secrets(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        given = in_files(TOKEN, tmp_path, **vendor.addresses(TOKEN)) | {VARIABLE: str(tmp_path / "nowhere")}
        assert login(TOKEN, env=user | given, stdin=TOKEN.account).status == 0
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)

    def test_a_refusal_names_the_file_s_variable(self, asked: Env, tmp_path: Path) -> None:
        done = get(TOKEN, env=asked | in_files(TOKEN, tmp_path, **{TOKEN.secret: CANARY}), secrets=(CANARY,))
        assert (done.status, f"the credentials in {VARIABLE} were refused" in done.said) == (4, True)

    def test_providers_and_help_know_the_variables(self, bare: Env) -> None:
        described = json.loads(callinspect("providers", TOKEN.provider, "-o", "jsonl", env=bare).stdout)
        assert VARIABLE in {each["environment_file"] for each in described["fields"]}
        assert b"CALLINSPECT_PROVIDER_FIELD_FILE" in callinspect("help", "environment", env=bare).stdout
