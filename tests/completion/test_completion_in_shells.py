"""Completion in real shells, each in a pseudo-terminal."""

import re
import select
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.completing import COMPLETIONS, HOSTILE, settle
from kit.program import require
from ptyprocess import PtyProcessUnicode

PATIENCE = 10.0
"""Seconds for a shell to answer."""

# A key that no shell binds prints the line as it stands and empties it; a function prints its last argument.

BASH_START = r"""
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind 'set show-all-if-ambiguous on'
bind 'set page-completions off'
bind 'set completion-query-items 0'
__show() { printf '\n<<%s>>\n' "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0; }
__last() { printf '\n<<%s>>\n' "${@: -1}"; }
bind -x '"\C-x\C-p": __show'
"""
ZSH_START = r"""
__show() { printf '\n<<%s>>\n' "$BUFFER"; BUFFER=; }
__last() { printf '\n<<%s>>\n' "${@[-1]}" }
zle -N __show
bindkey '^X^P' __show
setopt no_beep no_list_beep
unsetopt prompt_cr prompt_sp
"""
FISH_START = r"""
function fish_prompt; end
function fish_greeting; end
function __show; printf '\n<<%s>>\n' (commandline | string collect); commandline ''; end
function __last; printf '\n<<%s>>\n' $argv[-1]; end
bind \cx\cp __show
"""
COMPINIT = "autoload -Uz compinit && compinit -u -D\n"

SHELLS: dict[str, tuple[list[str], Callable[[Path], str]]] = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        lambda script: BASH_START + f"source {shlex.quote(str(script / 'callinspect.bash'))}\n",
    ),
    "zsh-sourced": (
        ["zsh", "-f", "-i"],
        lambda script: ZSH_START + COMPINIT + f"source {shlex.quote(str(script / '_callinspect'))}\n",
    ),
    "zsh-fpath": (
        ["zsh", "-f", "-i"],
        lambda script: ZSH_START + f"fpath=({shlex.quote(str(script))} $fpath)\n" + COMPINIT,
    ),
    "fish": (
        ["fish", "--no-config", "-i"],
        lambda script: FISH_START + f"source {shlex.quote(str(script / 'callinspect.fish'))}\n",
    ),
}

# The child of the fork executes the shell at once, so that no lock of another thread matters to it.
pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")


class Terminal:
    """A shell in a pseudo-terminal."""

    def __init__(self, name: str, home: Path) -> None:
        command, start = SHELLS[name]
        self.home = home
        (home / "start").write_text(start(COMPLETIONS) + "printf '\\n<<%s>>\\n' ready\n")
        self.process = PtyProcessUnicode.spawn(
            [require(command[0]), *command[1:]], cwd=str(home), env=settle(home), dimensions=(50, 200), echo=False
        )
        assert self.shown(f". {home}/start\r")[1] == "ready"

    def shown(self, keys: str) -> tuple[str, str]:
        """Press keys; return what the terminal shows up to the next line printed by hand, and that line."""
        self.process.write(keys)
        text = ""
        ended = re.compile(r"<<([^\r\n]*)>>")
        while not (found := ended.search(text)):
            readable, _, _ = select.select([self.process.fd], [], [], PATIENCE)
            assert readable, f"no answer, but {text!r}"
            text += self.process.read()
        return text[: found.start()], found[1]

    def complete(self, typed: str) -> str:
        """Return the line after TAB."""
        return self.shown(f"{typed}\t\x18\x10")[1]

    def listed(self, typed: str) -> str:
        """Return what the terminal shows after TAB."""
        return self.shown(f"{typed}\t\x18\x10")[0]

    def close(self) -> None:
        """End the shell."""
        self.process.close(force=True)


@pytest.fixture(scope="module", params=SHELLS)
def terminal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A shell with completion loaded, in which TAB may have been pressed before."""
    opened = Terminal(request.param, tmp_path_factory.mktemp("home"))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", SHELLS)
def test_the_first_tab_completes(name: str, tmp_path: Path) -> None:
    terminal = Terminal(name, tmp_path)
    try:
        assert terminal.complete("callinspect g") == "callinspect get "
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("callinspect g", "callinspect get "),
        ("callinspect get we", "callinspect get webex "),
        ("callinspect get webex --outp", "callinspect get webex --output "),
        ("callinspect get webex:abc --outp", "callinspect get webex:abc --output "),
        ("callinspect get webex --output=jsonl", "callinspect get webex --output=jsonl "),
        ("callinspect get webex --profile ni", "callinspect get webex --profile night-shift "),
        ("callinspect get webex --profile la", "callinspect get webex --profile lab.1 "),
        ("callinspect get catapult --set us", "callinspect get catapult --set user_id="),
        ("callinspect get webex --ca-file cert", "callinspect get webex --ca-file certificates.pem "),
        ("callinspect --ca-file=cert", "callinspect --ca-file=certificates.pem "),
        ("callinspect get webex c-1 >cert", "callinspect get webex c-1 >certificates.pem "),
        ("callinspect get webex cert", "callinspect get webex cert"),
        ("callinspect auth logi", "callinspect auth login "),
        ("callinspect doctor we", "callinspect doctor webex "),
        ("callinspect diff we", "callinspect diff webex:"),
        ("callinspect diff cert", "callinspect diff certificates.pem "),
        ("callinspect diff webex:c-1 cert", "callinspect diff webex:c-1 certificates.pem "),
        ("callinspect diff webex:@cert", "callinspect diff webex:@certificates.pem "),
        ("callinspect diff plug", "callinspect diff plugins/"),
        ("true; TZ=UTC callinspect get we", "true; TZ=UTC callinspect get webex "),
        ('callinspect get "we', 'callinspect get "webex" '),
    ],
)
def test_a_real_shell_completes(terminal: Terminal, typed: str, completed: str) -> None:
    assert terminal.complete(typed) == completed


def test_a_real_shell_lists_what_is_ambiguous(terminal: Terminal) -> None:
    listed = terminal.listed("callinspect get webex --profile n")
    assert "night-shift" in listed
    assert "north" in listed
    assert "lab.1" not in listed


@pytest.mark.parametrize("terminal", ["zsh-sourced", "zsh-fpath", "fish"], indirect=True)
def test_help_is_listed_where_the_shell_shows_any(terminal: Terminal) -> None:
    assert "Show what happened to a call" in terminal.listed("callinspect ")


def test_a_completed_word_is_no_code(terminal: Terminal) -> None:
    assert terminal.shown("callinspect get x\t\x01__last \r")[1] == HOSTILE
    assert not (terminal.home / "owned").exists()
