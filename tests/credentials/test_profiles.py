"""The file with the names of profiles, the only thing that is written besides the keyring's item."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest
from kit.credential_runs import Vendor, get, login, run
from kit.ways import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from kit.keyrings import SecretService

Env = dict[str, str]


def names_file(home: Path) -> Path:
    return home / ".config" / "callinspect" / "profiles.json"


class TestNames:
    """The file with the names of profiles, the only thing that is written besides the keyring's item."""

    def test_it_is_for_its_owner_only_and_holds_names_only(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        assert keyring.text(TOKEN.item) is None
        login(TOKEN, "--no-verify", env=user, stdin=vendor.account(TOKEN))
        file = names_file(tmp_path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert json.loads(file.read_bytes()) == {TOKEN.provider: ["default"]}
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == [file]

    def test_it_is_where_xdg_says(self, vendor: Vendor, user: Env, tmp_path: Path) -> None:
        env = user | {"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}
        login(TOKEN, "--no-verify", env=env, stdin=vendor.account(TOKEN))
        assert (tmp_path / "elsewhere" / "callinspect" / "profiles.json").exists()
        assert not names_file(tmp_path).exists()

    @pytest.mark.parametrize(
        "content",
        [b"", b'{"a": ["def', b"[]", b'{"a": "default"}', b'{"a": ["a:b"]}', b"\xff", b"[" * 100_000],
        ids=["empty", "torn", "list", "text", "bad-name", "not-text", "nested"],
    )
    def test_one_that_is_not_ours_is_neither_used_nor_overwritten(
        self, content: bytes, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        file = names_file(tmp_path)
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        done = login(TOKEN, env=user, stdin=vendor.account(TOKEN))
        assert (done.status, done.out) == (10, "")
        assert f"{file}" in done.said
        assert "move it away" in done.said
        assert file.read_bytes() == content
        assert keyring.text(TOKEN.item) is None
        assert vendor.log == []

    def test_without_its_names_there_is_no_status_of_all(self, user: Env, tmp_path: Path) -> None:
        names_file(tmp_path).parent.mkdir(parents=True)
        names_file(tmp_path).write_bytes(b"torn")
        assert run("auth", "status", env=user).status == 10

    def test_one_that_cannot_be_written_is_an_error(self, vendor: Vendor, user: Env, tmp_path: Path) -> None:
        (tmp_path / ".config").write_bytes(b"")
        assert login(TOKEN, "--no-verify", env=user, stdin=vendor.account(TOKEN)).status == 10

    def test_get_works_without_it(self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        names_file(tmp_path).parent.mkdir(parents=True)
        names_file(tmp_path).write_bytes(b"torn")
        assert get(TOKEN, env=user).status == 0
