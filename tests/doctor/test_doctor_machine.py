"""The machine and the account: libraries, our directory, the keyring, where credentials come from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from kit.bounds import LEEWAY
from kit.checkups import WELL, doctor
from kit.credential_runs import NOWHERE, Vendor, login
from kit.program import PASSWORD, VENDOR, callinspect, env_of, environment
from kit.servers import Server
from kit.ways import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.keyrings import SecretService

HUNG = """
import time
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, *_): time.sleep(60)
    set_password = delete_password = get_password
"""


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a user whose vendor takes the credentials."""
    with Server(WELL) as server:
        yield env_of(tmp_path, server.url)


def without_password(env: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if value != PASSWORD}


class TestLibraries:
    def test_each_is_named_with_its_version(self, env: dict[str, str]) -> None:
        done = doctor(VENDOR, env=env)
        assert done["python"]["summary"].startswith("Python 3.")
        assert {"httpcore", "keyring", "typer"} <= set(done["libraries"]["summary"].replace(",", "").split())

    def test_an_old_one_fails_with_the_command_to_install(self, env: dict[str, str], tmp_path: Path) -> None:
        old = tmp_path / "old" / "jmespath-0.9.dist-info"
        old.mkdir(parents=True)
        (old / "METADATA").write_text("Metadata-Version: 2.1\nName: jmespath\nVersion: 0.9\n")
        said, remedy = doctor(VENDOR, env=env | {"PYTHONPATH": str(old.parent)}).failure("libraries", 10)
        assert said == "jmespath 0.9 (needed: <2,>=1.0.1)"
        assert remedy.endswith("-m pip install 'jmespath<2,>=1.0.1'")


class TestConfig:
    def config(self, tmp_path: Path, content: str = '{"bandwidth": ["default"]}') -> Path:
        folder = tmp_path / ".config" / "callinspect"
        folder.mkdir(parents=True, mode=0o700)
        file = folder / "profiles.json"
        file.touch(mode=0o600)
        file.write_text(content)
        return file

    def test_profiles_are_counted(self, env: dict[str, str], tmp_path: Path) -> None:
        self.config(tmp_path)
        assert doctor(VENDOR, env=env)["config"]["summary"] == "~/.config/callinspect/profiles.json: 1 profile"

    @pytest.mark.parametrize("content", ["{", "[]", '{"bandwidth": ["../x"]}'])
    def test_names_that_are_not_ours_fail_and_moving_helps(
        self, content: str, env: dict[str, str], tmp_path: Path
    ) -> None:
        file = self.config(tmp_path, content)
        said, remedy = doctor(VENDOR, env=env).failure("config", 10)
        assert said.startswith("~/.config/callinspect/profiles.json ")
        moved = "mv ~/.config/callinspect/profiles.json ~/.config/callinspect/profiles.json.bad"
        assert remedy.startswith(f"move it away: {moved}; ")
        file.rename(f"{file}.bad")
        assert doctor(VENDOR, env=env)["config"]["status"] == "ok"

    def test_a_directory_that_others_can_read_warns(self, env: dict[str, str], tmp_path: Path) -> None:
        file = self.config(tmp_path)
        file.parent.chmod(0o755)
        file.chmod(0o644)
        said, remedy = doctor(VENDOR, env=env).warning("config")
        assert said == (
            "other users of this machine can access ~/.config/callinspect and ~/.config/callinspect/profiles.json"
        )
        modes = "chmod 700 ~/.config/callinspect", "chmod 600 ~/.config/callinspect/profiles.json"
        assert remedy == "; ".join(f"keep it to yourself: {each}" for each in modes)

    def test_a_directory_in_the_file_s_place_fails(self, env: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / ".config" / "callinspect" / "profiles.json").mkdir(parents=True, mode=0o700)
        assert "mv ~/.config/callinspect/profiles.json " in doctor(VENDOR, env=env).failure("config", 10)[1]

    def test_a_place_that_cannot_be_written_warns(self, env: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        done = doctor(VENDOR, env=without_password(env) | {"XDG_CONFIG_HOME": str(tmp_path / "file")})
        assert done["config"]["status"] == "warn"
        assert done["config"]["summary"].startswith("~/file/callinspect cannot be written")

    @pytest.mark.parametrize(
        ("variable", "check"),
        [("XDG_CONFIG_HOME", "config"), ("HOME", "config"), ("SSL_CERT_FILE", "ca"), ("SSL_CERT_DIR", "ca")],
    )
    def test_a_place_of_which_nothing_is_known_fails(
        self, variable: str, check: str, env: dict[str, str], tmp_path: Path
    ) -> None:
        """As one does below a directory that is another user's, or that is too long."""
        place, vendor = tmp_path / ("x" * 300), {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://127.0.0.1:9/api"}
        assert doctor(VENDOR, env=env | vendor | {variable: str(place)})[check]["exit"] == 10


class TestCredentials:
    @pytest.mark.parametrize("name", ["CALLINSPECT_BANDWIDTH_PASSWORD_FILE", "CALLINSPECT_BANDWIDTH_ACCOUNT_ID_FILE"])
    def test_a_variable_that_cannot_be_used_is_to_be_unset(
        self, name: str, env: dict[str, str], tmp_path: Path
    ) -> None:
        given = {each: value for each, value in env.items() if each != name.removesuffix("_FILE")}
        done = doctor(VENDOR, env=given | {name: str(tmp_path / "none")})
        assert done.failure("credentials", 10)[1] == f"correct it, or do without it: unset {name}"
        both = doctor(VENDOR, env=env | {name: str(tmp_path / "none")})
        assert both.failure("credentials", 10)[1] == f"unset one of them: unset {name}"

    def test_variables_are_named_by_how_they_begin(self, env: dict[str, str]) -> None:
        found = doctor(VENDOR, env=env | {"CALLINSPECT_BANDWIDTH_PASSWORD": ""})["credentials"]["summary"]
        assert "account_id, username, password (empty), base_url from CALLINSPECT_BANDWIDTH_*" in found

    def test_one_that_is_set_but_empty_is_told(self, env: dict[str, str]) -> None:
        done = doctor(VENDOR, env=env | {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": ""})
        said, remedy = done.failure("credentials", 4)
        assert said.startswith("account_id is missing; there is ")
        assert "CALLINSPECT_BANDWIDTH_ACCOUNT_ID is set, but empty" in remedy


class TestKeyrings:
    def test_it_is_not_asked_where_the_environment_is_complete(self, env: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "hung.py").write_text(HUNG)
        done = doctor(VENDOR, env=env | {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "hung.Keyring"})
        assert done.status == 0
        assert done["keyring"]["summary"] == "not needed: the environment is complete"

    def test_none_warns_and_names_the_environment(self, env: dict[str, str]) -> None:
        done = doctor(VENDOR, env=without_password(env))
        assert done["keyring"]["status"] == "warn"
        assert "callinspect help environment" in done["keyring"]["remedy"]
        assert done.wrong == ["credentials"]
        assert done.status == 4
        assert done["credentials"]["summary"].startswith("password is missing; there is account_id, username")
        assert done["credentials"]["remedy"].startswith("set CALLINSPECT_BANDWIDTH_PASSWORD; or set ")
        assert "auth login" not in done["credentials"]["remedy"], "there is no keyring to log in with"
        assert done["connect"]["status"] == "ok", "the way there is looked at all the same"

    def test_a_backend_that_is_not_there_can_be_unset(self, env: dict[str, str]) -> None:
        done = doctor(VENDOR, env=without_password(env) | {"PYTHON_KEYRING_BACKEND": "nosuch.Keyring"})
        said, remedy = done.failure("keyring", 10)
        assert said == "the keyring cannot be used (ModuleNotFoundError)"
        assert remedy.startswith("use the system's, not nosuch.Keyring: unset PYTHON_KEYRING_BACKEND; or ")

    def test_one_that_hangs_fails_in_time(self, env: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "hung.py").write_text(HUNG)
        hung = {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "hung.Keyring"}
        begun = time.monotonic()
        done = doctor(VENDOR, env=without_password(env) | hung | {"CALLINSPECT_KEYRING_TIMEOUT": "1"})
        assert time.monotonic() - begun < 1 + LEEWAY
        said, remedy = done.failure("keyring", 10)
        assert said == "the keyring does not respond"
        assert "restart its daemon" in remedy
        assert done["credentials"]["summary"] == "not checked, since keyring failed"
        assert done["tls"]["status"] == "skip"

    def test_a_limit_that_is_none_fails(self, env: dict[str, str]) -> None:
        done = doctor(VENDOR, env=without_password(env) | {"CALLINSPECT_KEYRING_TIMEOUT": "soon"})
        assert "unset CALLINSPECT_KEYRING_TIMEOUT" in done.failure("keyring", 10)[1]

    def test_a_real_one_is_named_with_its_time(
        self, user: dict[str, str], keyring: SecretService, vendor: Vendor
    ) -> None:
        user["HTTPS_PROXY"] = NOWHERE  # where the address is not known, it is the vendor's own
        login(CLIENT, env=user, stdin=vendor.account(CLIENT))
        done = doctor(env=user)
        assert done.status == 0
        assert done["keyring"]["summary"].startswith("SecretService Keyring, answered in ")
        assert "from keyring (SecretService Keyring)" in done["credentials"]["summary"]
        with keyring.locked():
            said, remedy = doctor(env=user).failure("keyring", 10, "connect")
            assert (said, remedy[:9]) == ("the keyring is locked", "unlock it")
        with keyring.stopped():
            stuck = doctor(env=user | {"CALLINSPECT_KEYRING_TIMEOUT": "1"})
            assert stuck.failure("keyring", 10, "connect")[0] == "the keyring does not respond"

    def test_an_item_of_another_program_fails(self, user: dict[str, str], keyring: SecretService) -> None:
        keyring.put(f"{VENDOR}/default", b"something else")
        done = doctor(VENDOR, env=user | {"HTTPS_PROXY": NOWHERE})
        assert f"callinspect auth login {VENDOR}" in done.failure("credentials", 10, "connect")[1]


class TestAddresses:
    def test_plain_http_fails(self, tmp_path: Path) -> None:
        done = doctor(VENDOR, env=env_of(tmp_path, "http://vendor.invalid"))
        said, remedy = done.failure("base_url", 10)
        assert said == "base_url must begin with https:// (http:// is for loopback only)"
        assert "it comes from environment (CALLINSPECT_BANDWIDTH_BASE_URL)" in remedy
        assert "to use the vendor's own: unset CALLINSPECT_BANDWIDTH_BASE_URL" in remedy
        assert done["credentials"]["summary"] == "not checked, since base_url failed"

    def test_plain_http_that_is_allowed_warns(self, tmp_path: Path) -> None:
        env = environment(
            tmp_path,
            CALLINSPECT_ASTERISK_BASE_URL="http://pbx.invalid:8088",
            CALLINSPECT_ASTERISK_ALLOW_HTTP="yes",
            CALLINSPECT_ASTERISK_USERNAME="user",
            CALLINSPECT_ASTERISK_PASSWORD=PASSWORD,
        )
        found = doctor("asterisk", env=env)["base_url"]
        assert "anyone on the network can read the credentials" in found["summary"]
        assert "--set base_url=https://pbx.invalid:8088" in found["remedy"]

    def test_an_option_overrides_the_environment(self, env: dict[str, str]) -> None:
        with Server(WELL) as other:
            done = doctor(VENDOR, "--set", f"base_url={other.url}/v9", env=env)
            assert done.status == 0
            assert other.requests
            assert done["base_url"]["summary"] == f"{other.url}/v9, from --set"


class TestWhichProviders:
    def test_without_a_name_those_with_any_credential(self, env: dict[str, str]) -> None:
        done = doctor(env=env | {"CALLINSPECT_PLIVO_AUTH_TOKEN": PASSWORD, "HTTPS_PROXY": NOWHERE})
        assert [each["provider"] for each in done.checks if each["name"] == "dns"] == [VENDOR, "plivo"]
        assert done.wrong == ["credentials", "connect"], "one of two fields is missing"

    def test_a_plug_in_that_cannot_be_loaded_warns(self, bare: dict[str, str], tmp_path: Path) -> None:
        info = tmp_path / "added" / "added-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: added\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[callinspect.providers]\nadded = added_module\n")
        done = doctor(env=bare | {"PYTHONPATH": str(info.parent)})
        assert done.warning("libraries")[0] == "the provider added cannot be loaded: ModuleNotFoundError"

    def test_with_nothing_configured_it_says_how_to_begin(self, bare: dict[str, str]) -> None:
        done = doctor(env=bare)
        assert (done.status, {each["provider"] for each in done.checks}) == (0, {None})
        assert "callinspect auth login PROVIDER" in done.err
        assert "callinspect --sandbox get " in done.err

    def test_credentials_of_another_profile_are_named(self, bare: dict[str, str], tmp_path: Path) -> None:
        folder = tmp_path / ".config" / "callinspect"
        folder.mkdir(parents=True, mode=0o700)
        (folder / "profiles.json").write_text('{"bandwidth": ["emea"]}')
        assert f"callinspect doctor {VENDOR} --profile emea" in doctor(env=bare).err

    def test_a_name_that_is_none_is_a_usage_error(self, bare: dict[str, str]) -> None:
        assert callinspect("doctor", "bandwith", env=bare).returncode == 2
