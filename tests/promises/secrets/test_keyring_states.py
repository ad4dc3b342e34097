"""What is in the keyring is in no other place, whatever state the keyring is in."""

from __future__ import annotations

from itertools import cycle, product
from typing import TYPE_CHECKING

from kit.canary import leaks
from kit.recipes import FORMATS, PATIENT, TALK, WAYS
from kit.watched import Case, without_bugs

if TYPE_CHECKING:
    from kit.keyrings import SecretService
    from kit.watched import WatchedUser

RAISED = (
    *("RuntimeError(text)", "KeyError(text)", "OSError(5, text)", "ModuleNotFoundError(text)", "SystemExit(text)"),
    *("KeyringError(text)", "KeyringLocked(text)", "PasswordSetError(text)", "Panic(text)", "KeyboardInterrupt(text)"),
    *("ExceptionGroup(text, [ValueError(text)])", "RuntimeError(text) from ValueError(text)"),
)
BACKENDS = (
    "nowhere.Keyring",
    "json.JSONDecoder",
    "kept.Panic",
    *(f"keyring.backends.{x}.Keyring" for x in ("null", "fail")),
)
READ: list[dict[str, str]] = [
    *({"PYTHON_KEYRING_BACKEND": name} for name in BACKENDS),
    *({"WHEN_READ": f"raise {error}"} for error in RAISED),
    {"WHEN_READ": "time.sleep(9)", "CALLINSPECT_KEYRING_TIMEOUT": "0.3"},
    {"WHEN_READ": "return text and text[:-9]"},
    {"WHEN_READ": "return f'[{text}]'"},
    {"WHEN_READ": "return json.dumps(text)"},
    {"WHEN_READ": "return (text or '').encode()"},
    {"WHEN_READ": "return {'text': text}"},
    {"WHEN_READ": "return json.dumps({'base_url': text, 'token': text, 'token_url': [text]})"},
]
"""States that show when the keyring is read; the text is what is in it."""

WRITTEN = [*({"WHEN_WRITTEN": f"raise {error}"} for error in RAISED), {"WHEN_WRITTEN": "return"}]
"""States that show when it is written: at login, at logout, and when a token was bought."""


def test_no_state_of_the_keyring_shows_what_is_in_it(watched: WatchedUser) -> None:
    ways, buying, formats = cycle(WAYS), cycle(way for way in WAYS if way.buys_tokens), cycle(FORMATS)
    looking, auth = cycle([("get",), ("watch",)]), [("auth", name) for name in ("login", "status", "logout")]
    tried = [
        *((next(looking), next(ways), state) for state in READ),
        *((command, next(ways), state) for command, state in product(auth, READ)),
        *((next(looking), next(buying), state) for state in WRITTEN),
        *((command, next(ways), state) for command, state in product((auth[0], auth[2]), WRITTEN)),
    ]
    runs = watched.sweep(
        Case(command, way, arguments=next(formats), stored=True, variables=state) for command, way, state in tried
    )
    without_bugs(runs)
    assert sum(run.status == 10 for run in runs) > len(runs) / 4


def test_what_is_in_the_keyring_is_nowhere_else(watched: WatchedUser, keyring: SecretService) -> None:
    known = {name: value for name, value in keyring.user(watched.home).items() if name.startswith(("DBUS", "PYTHON"))}
    for command in (("auth", "login"), ("get",), ("auth", "status"), ("list",)):
        runs = watched.sweep(
            Case(command, way, arguments=(*TALK, *PATIENT, "--profile", f"p{number}"), stored=True, variables=known)
            for number, way in enumerate(WAYS)
        )
        assert [(way.provider.name, run.err) for way, run in zip(WAYS, runs, strict=True) if run.status] == []
    for number, way in enumerate(WAYS):
        assert leaks((keyring.text(f"{way.provider.name}/p{number}") or "").encode())
    assert "profiles.json" in {path.name for path in watched.home.rglob("*")}
