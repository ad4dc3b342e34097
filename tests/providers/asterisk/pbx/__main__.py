"""Runs one until Ctrl-C, and prints the environment that points there."""

import shlex
import signal
import tempfile
from pathlib import Path

from providers.asterisk.pbx import PBX

with tempfile.TemporaryDirectory() as home, PBX(Path(home)) as running:
    running.ready()
    for name, value in running.variables().items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
