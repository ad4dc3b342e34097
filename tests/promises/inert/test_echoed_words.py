"""A word of the user's own acts on no terminal when it is echoed."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from kit import vendors
from kit.program import SCRIPTS, TIMEOUT
from kit.screen import COLOR, escaped, inert, on_terminal, seen
from kit.ways import CLIENT, SERVER, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from kit.stranger import Env


NAME = vendors.NAMES[-1]
WORD = f"\x1b]0;title\x07\x1b[2J\x9b31m\u202e\u200b\udcff\n[/x][bold]\u6f22{'e' * 3}\x7f"
"""A word of a command line, of the environment or of a file's name."""

ECHOED = [
    (WORD,),
    (f"--{WORD}",),
    (f"-{WORD}",),
    ("get", WORD),
    ("get", f"{WORD}:1"),
    ("get", NAME, WORD),
    ("get", f"{NAME}:1", WORD),
    *(
        ("get", NAME, "1", option, WORD)
        for option in ("-o", "-f", "--query", "--with", "--set", "--profile", "--timeout", "--jobs", "--rate")
    ),
    ("get", NAME, "1", "--set", f"{WORD}=1"),
    ("get", NAME, "1", "--set", f"base_url={WORD}"),
    ("get", NAME, "1", "--set", f"base_url=https://{WORD}.example.com/"),
    ("get", NAME, "1", "--set", "base_url=https://evil\x9b31m\u202e.invalid/", "-vv"),
    *(("get", NAME, "1", option, WORD) for option in ("--error-format", "--input", "--resume")),
    ("get", NAME, "--input", WORD, "--error-format", "json"),
    *(("list", NAME, option, WORD) for option in ("--state", "--since", "--param", "--limit")),
    ("wait", NAME, "1", "--for", WORD),
    ("watch", NAME, "1", "--interval", WORD),
    ("auth", WORD),
    ("auth", "login", NAME, "--stdin", "--set", f"{WORD}=1"),
    ("auth", "status", WORD),
    ("providers", WORD),
    ("sandbox", "serve", "--fault", WORD),
    ("help", WORD),
    ("completion", WORD),
    *((WORD,), ("get", f"--{WORD}"), ("--token", WORD), ("bandwidth", WORD), (f"bandwidth:{WORD}",)),
]


def test_an_argument_that_is_echoed_acts_on_no_terminal(user: Env, tmp_path: Path) -> None:
    def run(arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [SCRIPTS / "callinspect", *arguments],
            env=user,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(run, ECHOED))
    for arguments, done in zip(ECHOED, runs, strict=True):
        assert done.returncode in {2, 7, 10}, arguments
        assert done.stdout == b"", arguments
        lines = inert(done.stderr).splitlines()
        ended = [line for line in lines if not line.startswith("  · ")]
        assert ended[-1].startswith(("error: ", "{")), arguments
    shown = b"\n".join(done.stderr for done in runs).decode()
    assert shown.count(escaped(WORD)) > 5, "they are echoed"


def test_a_file_whose_name_is_hostile_acts_on_no_terminal(user: Env, tmp_path: Path) -> None:
    word = WORD.replace("/", "")
    name = tmp_path / word
    name.write_text("{", encoding="ascii")
    (tmp_path / "config" / "callinspect").mkdir(parents=True)
    (tmp_path / "config" / "callinspect" / "profiles.json").write_text("{", encoding="ascii")
    (tmp_path / "config").rename(tmp_path / f"{word}config")
    asking: list[tuple[tuple[str, ...], Env]] = [
        (("get", NAME, "--from-file", str(name)), {}),
        (("get", "--input", str(name)), {}),
        (("get", NAME, "--input", str(tmp_path / f"{word}config")), {}),
        (("get", NAME, "--from-file", str(tmp_path / f"{word}config")), {}),
        (("get", NAME, "1", "--ca-file", str(name)), {f"CALLINSPECT_{NAME.upper()}_BASE_URL": "https://127.0.0.1:9"}),
        (
            ("get", NAME, "1"),
            {f"CALLINSPECT_{NAME.upper()}_BASE_URL": "https://127.0.0.1:9", "SSL_CERT_FILE": str(name)},
        ),
        (("auth", "status"), {"XDG_CONFIG_HOME": str(tmp_path / f"{word}config")}),
    ]
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda each: on_terminal(*each[0], env=user | each[1]), asking))
    shown = [inert(written, COLOR) for _, written in runs]
    for (arguments, _), (status, _), text in zip(asking, runs, shown, strict=True):
        assert status in {2, 7, 10, 12}, arguments
        assert text.startswith("error: "), arguments
        assert all(line.startswith("  ") for line in text.splitlines()[1:]), arguments
    assert sum(seen(escaped(word)) in seen(text) for text in shown) >= 5


def test_a_setting_that_is_echoed_acts_on_no_terminal(user: Env) -> None:
    odd = "".join(each for each in WORD if unicodedata.category(each) not in {"Cc", "Cs"}) + "\x9b31m"
    shown_field = CLIENT.variable(CLIENT.shown[0])
    kept = {shown_field: odd, SERVER.variable(SERVER.shown[0]): odd}
    elsewhere = kept | SERVER.variables(base_url="https://evil\x9b31m\u202e.invalid")  # which no host can be
    no_token = TOKEN.variables(**{TOKEN.secret: ""})
    asking: list[tuple[tuple[str, ...], Env]] = [
        (("auth", "status"), kept),
        (("auth", "status", "-o", "jsonl"), kept),
        (("auth", "status"), kept | no_token | {"PYTHON_KEYRING_BACKEND": WORD}),
        (("auth", "status"), elsewhere),
        (("auth", "status", "-o", "jsonl"), elsewhere),
        (("get", SERVER.provider, "1", "-vv"), elsewhere),
        (("get", SERVER.provider, "1", "-vv"), kept),
        (("get", CLIENT.provider, "1", "-vv"), kept),
        (("get", TOKEN.provider, "1"), {"CALLINSPECT_PROFILE": WORD}),
        (("get", TOKEN.provider, "1"), TOKEN.variables(**{TOKEN.secret: WORD})),
        (("get", CLIENT.provider, "1"), {shown_field: WORD}),
        (("get", TOKEN.provider, "1"), TOKEN.variables(base_url=WORD)),
        (("get", TOKEN.provider, "1"), no_token | {"PYTHON_KEYRING_BACKEND": WORD}),
        (("get", TOKEN.provider, "1"), no_token | {"CALLINSPECT_KEYRING_TIMEOUT": WORD}),
        (("get", SERVER.provider, "1", "-vv"), kept | {"HTTPS_PROXY": f"http://{WORD}"}),
        (("get", SERVER.provider, "1", "-vv"), kept | {"NO_PROXY": WORD}),
        (("get", "--help"), {"TZ": WORD, "COLUMNS": WORD, "LINES": WORD, "TERM": WORD}),
    ]
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda each: on_terminal(*each[0], env=user | each[1]), asking))
    shown = [inert(written, COLOR) for _, written in runs]
    for (arguments, _), (status, _), text in zip(asking, runs, shown, strict=True):
        assert status != 1, (arguments, text)
        assert text.strip()
    assert [text.count(escaped(odd)) for text in shown[:3]] == [2, 0, 2]
    assert all("base_url is not an address" in " ".join(text.split()) for text in shown[3:6])
    assert not any("evil" in text for text in shown[3:6])


def test_the_sandbox_shows_what_it_is_asked_and_does_not_act(bare: Env) -> None:
    serving = subprocess.Popen(
        [SCRIPTS / "callinspect", "sandbox", "serve", "-v"], env=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert serving.stdout
    port = next(int(found[1]) for line in serving.stdout if (found := re.search(rb"127\.0\.0\.1:([0-9]+)", line)))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /\x1b]0;title\x07\x9b31m\xe2\x80\xae HTTP/1.1\r\nHost: a\x1b[2J\r\n\r\n")
        connection.settimeout(TIMEOUT)
        connection.recv(65536)
    serving.send_signal(signal.SIGINT)
    _, errors = serving.communicate(timeout=TIMEOUT)
    assert "title" in inert(errors)
