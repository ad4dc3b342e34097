"""Asking an SDK for calls, in a Python of its own, and callinspect for the same."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kit.program import callinspect, environment

Json = dict[str, Any]

HERE = Path(__file__).parent
CURRENT, FORMER = "requirements-current.txt", "requirements-former.txt"


class Asked(NamedTuple):
    """A call to ask for: its ID, the account to ask with (`base_url` and `token_url` are fields of it), and extras."""

    call_id: str
    account: Mapping[str, str]
    extras: list[str]


def ask_sdk(python: Path, script: str, question: Json) -> Json:
    done = subprocess.run(
        [str(python), str(HERE / script)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Json = json.loads(done.stdout)
    return found


def ask_callinspect(home: Path, provider: str, asked: Asked) -> Json:
    """Return callinspect's record of a call, or its error, with the exit status as `exit`."""
    extras = ["--with", ",".join(asked.extras)] if asked.extras else []
    variables = {f"CALLINSPECT_{provider}_{name}".upper(): value for name, value in asked.account.items()}
    done = callinspect("get", provider, asked.call_id, *extras, "-o", "json", env=environment(home, **variables))
    found: Json = json.loads(done.stdout or done.stderr)
    return {**found, "exit": done.returncode}
