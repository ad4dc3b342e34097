"""Fields that are files, such as a private key: a path or the text, what is refused of either, and what is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from kit import private_keys
from kit.answering import Terminal
from kit.canary import leaks
from kit.credential_runs import Run, run
from kit.signing_vendor import KEY, Acme, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.keyrings import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]
TEXT = private_keys.rsa()
PKCS1, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8


def pem(key: Any = None, form: PrivateFormat = PKCS8, password: bytes | None = None) -> str:
    """Return a private key in PEM, the usual one where none is given."""
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    text: bytes = (key or private_keys.rsa_key()).private_bytes(Encoding.PEM, form, hidden)
    return text.decode()


def asked(env: Env, *arguments: str) -> Run:
    """Ask for a call, always at the most talkative; neither key nor token may be shown."""
    done = run("get", "acme", "c-1", *arguments, "--error-format", "json", env=env)
    assert not leaks((done.out + done.err).encode())
    return done


def error_of(done: Run) -> dict[str, Any]:
    [line] = [line for line in done.err.splitlines() if line.startswith('{"error"')]
    error: dict[str, Any] = json.loads(line)["error"]
    return error


@pytest.fixture
def vendor() -> Iterator[Acme]:
    with Acme() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The user's home, with the key in it."""
    (tmp_path / "private.key").write_text(TEXT, encoding="utf-8")
    (tmp_path / "private.key").chmod(0o600)
    return tmp_path


@pytest.fixture
def env(home: Path, vendor: Acme) -> Env:
    """Make a user with the vendor's plug-in, and no key set."""
    return installed(home) | vendor.variables()


FORMS = {
    "PKCS#8": TEXT,
    "PKCS#1": pem(form=PKCS1),
    "line ends of Windows": TEXT.replace("\n", "\r\n"),
    "no line end at the end": TEXT.rstrip(),
    "two characters for line ends": TEXT.replace("\n", "\\n"),
    "blanks around": "\n  " + TEXT.replace("\n", "\n  ") + "\n\n",
    "blanks for line ends": TEXT.replace("\n", " "),
    "with its public key": private_keys.rsa_key()
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
    + TEXT,
    "in quotes": f"'{TEXT}'",
    "on one line in quotes": '"' + TEXT.replace("\n", " ") + '"',
    "in JSON": json.dumps({"private_key": TEXT}),
}
NEITHER = {
    "a part": private_keys.parts(TEXT)[3],
    "a short part": private_keys.parts(TEXT)[3][:24],
    "without its first line": " ".join(private_keys.parts(TEXT)),
    "in one piece": "".join(private_keys.parts(TEXT)),
    "in one piece below a folder": "keys/" + "".join(private_keys.parts(TEXT)),
    "a token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3NjQxNDgxMDB9.c2lnbmVkNTU1MDE1NQ",
}
each_form = pytest.mark.parametrize("form", FORMS)


class TestWhatIsTaken:
    """The forms of a key, and the places where it is given."""

    @each_form
    def test_a_key_in_a_file(self, form: str, home: Path, env: Env) -> None:
        (home / "other.key").write_bytes(FORMS[form].encode())
        assert asked(env | {KEY: str(home / "other.key")}).status == 0

    @each_form
    def test_the_text_of_a_key(self, form: str, env: Env) -> None:
        assert asked(env | {KEY: FORMS[form]}).status == 0

    @each_form
    def test_a_key_in_a_file_that_a_variable_with_file_names(self, form: str, home: Path, env: Env) -> None:
        (home / "mounted").write_bytes(FORMS[form].encode())
        assert asked(env | {f"{KEY}_FILE": str(home / "mounted")}).status == 0

    @pytest.mark.parametrize("path", ["~/private.key", "{}/private.key", "private.key", "./x/../private.key"])
    def test_a_path_of_any_kind(self, path: str, home: Path, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(home)
        (home / "x").mkdir()
        assert asked(env | {"ACME_KEY": path.format(home)}).status == 0
        assert asked(env, "--set", f"private_key={path.format(home)}").status == 0


class TestWhatIsRefused:
    """Before a request is sent, with the field, the place, and what it is instead."""

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (pem(password=b"passphrase"), "is encrypted"),
            (pem(form=PKCS1, password=b"passphrase"), "is encrypted"),
            (pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key"),
            (pem(ec.generate_private_key(ec.SECP256R1()), PKCS1), "is an elliptic curve key"),
            (pem(ed25519.Ed25519PrivateKey.generate()), "is not an RSA key"),
            (pem(form=PrivateFormat.OpenSSH), "is in the format of OpenSSH"),
            (pem(private_keys.rsa_key(1024)), "is too short: 1024 bits"),
            (TEXT[:900], "is damaged or incomplete"),
            (TEXT.replace(TEXT.splitlines()[9], ""), "is damaged or incomplete"),
            (TEXT.replace(TEXT.splitlines()[9], "*" * 64), "is damaged or incomplete"),
            (TEXT.replace("PRIVATE", "PUBLIC"), "is a public key"),
            (TEXT.replace("PRIVATE KEY", "CERTIFICATE"), "is a certificate"),
            (TEXT.replace("PRIVATE KEY", "NOTHING KNOWN"), "is not a private key"),
            ("hello\nworld\n", "has no line -----BEGIN PRIVATE KEY-----"),
        ],
    )
    def test_what_is_no_private_key(self, text: str, problem: str, home: Path, env: Env, vendor: Acme) -> None:
        path = home / "other.key"
        path.write_text(text, encoding="utf-8")
        for given, where in ((str(path), f"it is in {path}, from"), (text, "it comes from")):
            done = asked(env | {KEY: given})
            error = error_of(done)
            assert (done.status, error["code"], error["message"]) == (10, "config", f"private_key {problem}")
            assert error["hints"] == [
                f"{where} environment ({KEY})",
                "use an RSA private key of at least 2048 bits, in PEM and without a passphrase",
            ]
            lines = [line for line in text.splitlines()[1:-1] if len(line) >= 16]
            assert not [line for line in lines if line in done.out + done.err]
        assert vendor.requests == []

    def test_what_is_no_file_that_can_be_read(self, home: Path, env: Env, vendor: Acme) -> None:
        (home / "empty").touch()
        (home / "large").write_bytes(b"x" * 70_000)
        (home / "binary").write_bytes(b"\x30\x82\xff")
        problems = {
            "none": "no such file or directory",
            "private.key/x": "not a directory",
            "": "is a directory",
            "empty": "it is empty",
            "large": "it has more than 64 KiB",
            "binary": "it is not UTF-8 text",
        }
        for name, problem in problems.items():
            path = str(home / name)
            done = asked(env | {KEY: path})
            error = error_of(done)
            assert (done.status, error["code"]) == (10, "config")
            assert error["message"] == f"private_key: {path} cannot be read: {problem}"
            assert error["hints"] == [f"it comes from environment ({KEY})"]
        assert vendor.requests == []

    @pytest.mark.parametrize("place", ["environment", "status", "argument"])
    @pytest.mark.parametrize("form", NEITHER)
    def test_what_is_neither_a_path_nor_a_key_is_not_repeated(self, form: str, place: str, env: Env) -> None:
        """Whether the key is what the run needs or not; it may be a part of one, or a token."""
        value = NEITHER[form]
        done = {
            "environment": lambda: run("get", "acme", "c-1", env=env | {KEY: value}),
            "status": lambda: run(
                "auth", "status", "acme", env={**env, "CALLINSPECT_ACME_APPLICATION_ID": "", KEY: value}
            ),
            "argument": lambda: run("get", "acme", "c-1", "--set", f"private_key={value}", env=env),
        }[place]()
        assert done.status == (2 if place == "argument" else 10)
        assert not leaks((done.out + done.err).encode())
        assert not [each for each in private_keys.parts(value) if len(each) >= 16 and each in done.out + done.err]
        if place != "argument":
            assert ("is a token" in done.err) == ("token" in form)

    def test_the_text_of_a_key_as_an_argument(self, env: Env) -> None:
        done = asked(env, "--set", f"private_key={TEXT}")
        assert (done.status, error_of(done)["code"]) == (2, "usage")
        assert "secrets are never accepted as arguments" in error_of(done)["message"]

    def test_a_text_that_is_longer_than_any_key(self, env: Env) -> None:
        done = asked(env | {KEY: "-----BEGIN PRIVATE KEY-----" + "x" * 17_000})
        assert (done.status, error_of(done)["message"]) == (10, "private_key is longer than 16384 characters")


class TestWhatIsShown:
    """Where a key comes from, never the key."""

    def test_its_path_or_that_it_is_secret(self, home: Path, env: Env) -> None:
        path = str(home / "private.key")
        for given, value in ((path, path), (TEXT, None)):
            done = run("auth", "status", "acme", env=env | {KEY: given})
            fields = {each["name"]: (each["source"], each["value"]) for each in done.json["fields"]}
            assert fields["private_key"] == (f"environment ({KEY})", value)
            assert not leaks((done.out + done.err).encode())

    def test_that_everybody_can_read_it(self, home: Path, env: Env) -> None:
        path = home / "private.key"
        said = f"every user of this machine can read {path}"
        for mode in (0o600, 0o640, 0o644):
            path.chmod(mode)
            done = asked(env | {KEY: str(path)})
            assert (done.status, said in done.err) == (0, mode == 0o644)


SMALL = """
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    name = "a small one"

    def get_password(self, service, name):
        return None

    def set_password(self, service, name, value):
        if len(value) > 1280:
            raise ValueError("too long")
"""


class TestLogin:
    """A key is checked before it is stored, as a path that is good everywhere, or as the text."""

    @pytest.fixture
    def user(self, env: Env, keyring: SecretService, home: Path) -> Env:
        """Make a user with the vendor's plug-in and that keyring."""
        del env["CALLINSPECT_ACME_APPLICATION_ID"]
        return env | keyring.user(home)

    def login(self, user: Env, key: str, *arguments: str) -> Run:
        fields = {"application_id": "a", "private_key": key}
        done = run("auth", "login", "acme", "--stdin", *arguments, env=user, stdin=fields)
        assert not leaks((done.out + done.err).encode())
        return done

    def test_a_path_is_stored_as_an_absolute_one(
        self, user: Env, keyring: SecretService, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(home)
        for given in ("private.key", "~/private.key"):
            assert self.login(user, given).status == 0
            assert keyring.item("acme/default")["private_key"] == str(home / "private.key")
        monkeypatch.chdir("/")
        assert asked(user).status == 0

    def test_no_token_is_stored(self, user: Env, keyring: SecretService, home: Path) -> None:
        assert self.login(user, str(home / "private.key")).status == 0
        assert asked(user).status == 0
        assert keyring.item("acme/default").keys() == {"application_id", "private_key", "base_url"}

    @pytest.mark.parametrize("form", ["JSON", "lines"])
    def test_a_text_is_stored_as_it_is(self, form: str, user: Env, keyring: SecretService) -> None:
        lines = f"application_id=a\nprivate_key={TEXT}\n"
        done = (
            self.login(user, TEXT) if form == "JSON" else run("auth", "login", "acme", "--stdin", env=user, stdin=lines)
        )
        assert done.status == 0
        assert private_keys.parts(keyring.item("acme/default")["private_key"]) == private_keys.parts(TEXT)
        assert asked(user).status == 0
        shown = run("auth", "status", "acme", env=user)
        assert not leaks((shown.out + shown.err).encode())

    @pytest.mark.parametrize("form", NEITHER)
    def test_what_is_neither_a_path_nor_a_key_is_not_stored(self, form: str, user: Env, keyring: SecretService) -> None:
        done = self.login(user, NEITHER[form], "--no-verify")
        assert (done.status, keyring.text("acme/default")) == (10, None)
        assert NEITHER[form] not in done.err

    @pytest.mark.parametrize("options", [(), ("--no-verify",)])
    def test_a_key_that_cannot_be_used_is_not_stored(
        self, options: tuple[str, ...], user: Env, keyring: SecretService, vendor: Acme
    ) -> None:
        done = self.login(user, private_keys.rsa(1024), *options)
        assert (done.status, vendor.requests, keyring.text("acme/default")) == (10, [], None)
        assert "private_key is too short: 1024 bits" in done.err

    def test_a_path_is_named_where_the_keyring_cannot_hold_a_text(self, user: Env, home: Path) -> None:
        (home / "small.py").write_text(SMALL, encoding="utf-8")
        done = self.login(user | {"PYTHON_KEYRING_BACKEND": "small.Keyring"}, TEXT)
        assert (done.status, "if private_key is too long for this keyring, store the path of its file" in done.err) == (
            10,
            True,
        )

    @pytest.mark.parametrize("end", ["\n", ""])
    @pytest.mark.parametrize("first", [0, 1])
    def test_a_pasted_key_is_no_answer_to_questions(
        self, first: int, end: str, user: Env, keyring: SecretService
    ) -> None:
        """Nor a part of one: what is wanted is said once, and a line without its end is not left over."""
        terminal = Terminal("auth", "login", "acme", "--no-verify", env=user)
        terminal.answer("Application ID:", "a")
        terminal.answer("Private key file:", "\n".join(TEXT.splitlines()[first:]), end)
        terminal.answer("Private key file:", "~/private.key")
        assert terminal.end() == 0, terminal.screen
        assert terminal.screen.count("Private key file:") == 2
        wanted = ("enter the path of the file", "private_key is neither the path of a file nor a text")[first]
        assert " ".join(terminal.screen.split()).count(wanted) == 1
        assert keyring.item("acme/default")["private_key"].endswith("/private.key")

    def test_a_prompt_shows_the_path_and_takes_no_text(self, user: Env, keyring: SecretService, home: Path) -> None:
        (home / "small.key").write_text(private_keys.rsa(1024), encoding="utf-8")
        terminal = Terminal("auth", "login", "acme", env=user)
        terminal.answer("Application ID:", "a")
        for given in (TEXT.splitlines()[0], "none.key", "~/small.key"):
            terminal.answer("Private key file:", given)
        terminal.answer("Enter them again?", "y")
        terminal.answer("Application ID [a]:", "")
        terminal.answer("Private key file [~/small.key]:", "~/private.key")
        assert terminal.end() == 0, terminal.screen
        screen = " ".join(terminal.screen.split())
        assert "~/private.key" in screen
        assert "enter the path of the file, not its text" in screen
        assert "private_key is too short: 1024 bits" in screen
        assert keyring.item("acme/default")["private_key"] == str(home / "private.key")
