"""What a value becomes with one key does not depend on what a run knows: live or saved, a call is masked alike."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kit import cases, sandbox_calls
from kit.parts import FAST
from kit.program import Env, callinspect

from callinspect import providers
from callinspect.masking import Masker
from callinspect.model import reading
from callinspect.model.writing import record

KEY = "a key of 16 bytes or more"
USER = "u-sandboxsandboxsandbox22"
MOVING = {"retrieved_at", "timeline"}
"""What differs between two readings of a call."""


def shown(env: Env, *arguments: str, stdin: str = "") -> Any:
    done = callinspect("get", *arguments, env={**env, "CALLINSPECT_REDACT_KEY": KEY}, stdin=stdin)
    assert done.returncode in {0, 9}, done.stderr
    return done.stdout.decode()


def still(value: Any) -> Any:
    return {name: each for name, each in value.items() if name not in MOVING}


def masked(saved: Any) -> Any:
    provider = providers.get(saved["provider"])
    found: Any = json.loads(json.dumps(record(Masker(KEY.encode()).call(reading.call(saved), provider))))
    return {**found, "retrieved_at": saved["retrieved_at"]}


@pytest.mark.parametrize("vendor", cases.vendors())
def test_a_saved_call_is_masked_as_the_live_one(vendor: str, env: Env, tmp_path: Path) -> None:
    known = [each for each in sandbox_calls.known(hostile=True) if each.provider == vendor]
    asked = "".join(f"{each.provider}:{each.id}\n" for each in known)
    line = ("-", "-o", "jsonl", "--with", "all", *FAST)
    plain, live = (
        {
            each["id"]: each
            for each in map(json.loads, shown(env, *line, *more, stdin=asked).splitlines())
            if "id" in each
        }
        for more in ([], ["--redact"])
    )
    assert live
    for call_id, each in live.items():
        assert still(masked(plain[call_id])) == still(each), call_id
        assert masked(each) == each, call_id
    (tmp_path / "body.json").write_text(shown(env, vendor, call_id, "--raw"))
    from_file = shown(env, vendor, call_id, "--from-file", str(tmp_path / "body.json"), "--raw", "--redact")
    assert from_file == shown(env, vendor, call_id, "--raw", "--redact")


def test_a_user_s_id_has_one_mask_in_every_command(env: Env) -> None:
    known = {**env, "CALLINSPECT_REDACT_KEY": KEY}
    said = callinspect("--redact", "auth", "status", "catapult", "-o", "json", env=known).stdout.decode()
    masks = set(re.findall(r"[a-z]+-[a-z]{10}(?![a-z])", said)) & {Masker(KEY.encode()).value("person", USER)}
    assert masks, said
    assert USER not in said
    line = ("--redact", "doctor", "catapult", "-o", "json", *FAST)
    told = callinspect(*line, env={**known, "CALLINSPECT_CATAPULT_TOKEN": "t-wrong"}).stdout.decode()
    assert USER not in told
    assert Masker(KEY.encode()).value("account", USER) not in said + told
