"""The program on a terminal of its own."""

from __future__ import annotations

import os
import resource
import select
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ptyprocess import PtyProcess

from kit.program import TIMEOUT, Env
from kit.streams import CALLINSPECT, Ended

if TYPE_CHECKING:
    import signal


def without_core() -> None:
    """Have a process that is killed leave no image of its memory behind, which takes long."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Terminal:
    """The program on a terminal of its own, as a context manager; or another program that runs it there."""

    def __init__(self, *words: str, env: Env, program: str = CALLINSPECT) -> None:
        self._process = PtyProcess.spawn(
            [program, *words], env={"TERM": "xterm", **env}, dimensions=(50, 100), preexec_fn=without_core
        )
        self.before = termios.tcgetattr(self._process.fd)
        self.pid: int = self._process.pid
        self.screen = b""

    def until(self, text: str) -> None:
        """Read until that is shown after all that was read before."""
        seen, deadline = len(self.screen), time.monotonic() + TIMEOUT
        while text.encode() not in self.screen[seen:]:
            assert time.monotonic() < deadline, (text, self.screen[seen:])
            if select.select([self._process.fd], [], [], 0.1)[0]:
                self.screen += self._process.read(4096)

    def type(self, text: str) -> None:
        time.sleep(0.1)  # a program that has asked is not yet listening
        self._process.write(text.encode())

    @property
    def echoes(self) -> bool:
        return bool(self.attributes()[3] & termios.ECHO)

    def attributes(self) -> list[Any]:
        found: list[Any] = termios.tcgetattr(self._process.fd)
        return found

    def until_silent(self) -> None:
        """Wait until what is typed is not shown."""
        deadline = time.monotonic() + TIMEOUT
        while self.echoes:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def strike(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def ended(self) -> Ended:
        """Read the rest; return how it ended. It is as well if the program is no more there to be killed."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if select.select([self._process.fd], [], [], 0.1)[0]:
                try:
                    self.screen += self._process.read(65536)
                except EOFError:
                    break
        else:
            self.kill()  # and what it showed until then tells why it did not end
        self._process.wait()
        killed_by = self._process.signalstatus
        return Ended(self._process.exitstatus if killed_by is None else -killed_by, self.screen, b"")

    def kill(self) -> None:
        with suppress(OSError):
            self._process.terminate(force=True)

    @property
    def shows_cursor(self) -> bool:
        return self.screen.rfind(b"\x1b[?25h") >= self.screen.rfind(b"\x1b[?25l")
