"""Runs one until Ctrl-C, and prints the environment that points there."""

import contextlib
import shlex
import signal
import sys
import tempfile
from pathlib import Path

from providers.asterisk.pbx import PBX

with tempfile.TemporaryDirectory() as home, PBX(Path(home)) as running:
    running.ready()
    sys.stdout.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in running.variables().items())
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
