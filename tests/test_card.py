"""The card and the table, as they look on a real terminal."""

import json
import re
from pathlib import Path

import pytest
from ptyprocess import PtyProcess
from support import SCRIPTS, callinspect
from test_get import ANSWERED, ATTACHED, BUSY, EACH, RINGING, known

Env = dict[str, str]
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(*arguments: str, env: Env, columns: int = 80) -> str:
    """Return what the program writes to a terminal of that width."""
    terminal = PtyProcess.spawn(
        [str(SCRIPTS / "callinspect"), *arguments], env={"TERM": "xterm-256color", **env}, dimensions=(50, columns)
    )
    written = b""
    while True:
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    terminal.wait()
    return written.decode().replace("\r\n", "\n")


def card(*arguments: str, env: Env, columns: int = 80) -> list[str]:
    return COLOR.sub("", on_terminal("get", *arguments, env=env, columns=columns)).splitlines()


def test_it_says_first_what_state_and_how_it_came_out(env: Env) -> None:
    first, second, *_ = card(*BUSY, env=env)
    assert re.fullmatch(r" ENDED · busy +bandwidth · outbound", first)
    assert second == f" {BUSY[1]}"


def test_it_says_why_in_words_and_in_codes(env: Env) -> None:
    lines = card(*BUSY, env=env)
    assert " The called party was busy (busy)." in lines
    assert " “Callee is busy”" in lines
    assert any(line.startswith(" comparable to SIP 486 and Q.850 17") for line in lines)


def test_it_says_who_called_whom(env: Env) -> None:
    assert " +19195550143 ──▶ +19195550134" in card(*ANSWERED, env=env)


def test_it_draws_ring_and_talk_in_proportion(env: Env) -> None:
    lines = card(*ANSWERED, env=env)
    (bar,) = [line for line in lines if "░█" in line]
    assert len(bar) == 79
    assert bar.count("░") == 1
    assert " ░ ring 3.1 s  █ talk 9 min 58.5 s  total 10 min 1.7 s" in lines


def test_it_tells_redirections_as_a_chain_most_recent_first(env: Env) -> None:
    text = " ".join(" ".join(card(*RINGING, env=env)).split())
    assert (
        "Redirected Dana Whitfield 2107 (busy) ◀─ Lobby 3300 (no-answer) ◀─ Dana Whitfield 2107 (unavailable)" in text
    )


def test_it_shows_what_was_attached_and_what_the_vendor_sent_besides(env: Env) -> None:
    lines = card(*ATTACHED, env=env)
    assert " Attached" in lines
    assert " More from genesys" in lines
    assert any(line.split()[:1] == ["connId"] for line in lines)


def test_it_shows_what_the_vendor_withholds_as_private(env: Env) -> None:
    call = next(call for call in known() if "withholds the identity" in call.description)
    assert any(line.startswith(" private ──▶") for line in card(call.provider, call.id, env=env))


def test_it_does_not_show_a_signed_identity(env: Env) -> None:
    call = next(call for call in known() if "Identity header" in call.description)
    lines = card(call.provider, call.id, env=env)
    assert any(re.fullmatch(r" identity +\d+ characters, see -o json", line) for line in lines)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("call", EACH, ids=lambda call: call[0])
def test_no_line_is_wider_than_the_terminal_but_for_words_that_must_stay_whole(
    call: tuple[str, str], columns: int, env: Env
) -> None:
    for line in card(*call, env=env, columns=columns):
        assert len(line) <= columns or len(line.split()) == 1


@pytest.mark.parametrize("columns", [40, 80])
def test_several_calls_are_a_table_with_whole_ids(columns: int, env: Env) -> None:
    text = "\n".join(card("bandwidth", ANSWERED[1], BUSY[1], env=env, columns=columns))
    assert ANSWERED[1] in text
    assert BUSY[1] in text
    assert "ended busy" in text


def test_a_wide_terminal_has_a_line_a_call(env: Env) -> None:
    header, first, second = card("bandwidth", ANSWERED[1], BUSY[1], env=env, columns=200)
    assert header.split() == ["ID", "PROVIDER", "STATE", "FROM", "TO", "CREATED", "TOTAL"]
    assert first.startswith(ANSWERED[1])
    assert second.startswith(BUSY[1])


def test_there_is_colour_on_a_terminal(env: Env) -> None:
    assert COLOR.search(on_terminal("get", *ANSWERED, env=env))


@pytest.mark.parametrize("asked", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=["NO_COLOR", "TERM", "--no-color"])
def test_there_is_none_where_it_is_not_wanted(asked: Env, env: Env) -> None:
    option = () if asked else ("--no-color",)
    assert "\x1b" not in on_terminal("get", *ANSWERED, *option, env=env | asked)


def test_an_empty_no_color_means_nothing(env: Env) -> None:
    assert COLOR.search(on_terminal("get", *ANSWERED, env=env | {"NO_COLOR": ""}))


def test_json_is_never_coloured_or_wrapped(env: Env) -> None:
    text = on_terminal("get", *ANSWERED, "-o", "jsonl", env=env, columns=40)
    assert "\x1b" not in text
    assert text.count("\n") == 1


def test_times_are_local_with_the_zone_named_or_utc(env: Env) -> None:
    local = card(*ANSWERED, env=env | {"TZ": "Asia/Kolkata"})
    assert any(line.endswith(", IST") for line in local)
    assert any(line.endswith(", UTC") for line in card(*ANSWERED, "--utc", env=env | {"TZ": "Asia/Kolkata"}))


@pytest.mark.parametrize("options", [(), ("--raw",), ("-o", "json"), ("--raw", "-o", "json")], ids=" ".join)
def test_nothing_in_a_hostile_record_acts_on_the_terminal(options: tuple[str, ...], env: Env) -> None:
    for call in known(hostile=True):
        text = COLOR.sub("", on_terminal("get", call.provider, call.id, *options, env=env))
        assert not {"\x1b", "\x07", "\x9b", "\x7f", "\u202e", "\u200b"} & set(text)


def test_a_terminal_without_unicode_gets_plain_characters(env: Env) -> None:
    plain = env | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    lines = card(*ANSWERED, env=plain)
    assert " +19195550143 --> +19195550134" in lines
    assert all(line.isascii() for line in lines)


def test_a_list_on_a_terminal_is_a_table(env: Env) -> None:
    text = COLOR.sub("", on_terminal("list", "bandwidth", "--limit", "3", env=env, columns=200))
    assert "ended answered" in text
    assert "bug" not in text


def test_many_calls_on_a_terminal_end_in_the_table_and_leave_no_progress_behind(env: Env, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text(f"{ANSWERED[1]}\n" * 40, encoding="ascii")
    arguments = ("get", "bandwidth", "--input", str(tmp_path / "ids"), "-o", "table")
    text = on_terminal(*arguments, env=env, columns=200)
    assert text.count(ANSWERED[1]) == 40
    assert "bug" not in text
    assert "\x1b[?25h" in text.rpartition("done")[2] or "done" not in text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
def test_a_date_that_stands_for_none_is_no_time_and_not_a_crash(moment: str, bare: Env) -> None:
    body = json.dumps({"callId": "c-1", "state": "queued", "enqueuedTime": moment}).encode()
    arguments = ("get", "bandwidth", "--from-file", "-", "-o", "table")
    done = callinspect(*arguments, env=bare | {"TZ": "America/New_York"}, stdin=body)
    assert done.returncode == 0
    assert b" queued" not in done.stdout
    assert f"enqueuedTime is a placeholder, not a time: “{moment}”" in " ".join(done.stdout.decode().split())
