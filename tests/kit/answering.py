"""The program on a terminal, answered as it asks."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

from ptyprocess import PtyProcess

from callinspect import providers
from kit.program import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.ways import Way

PATIENCE = 60.0
"""Seconds after which a question is not going to be asked."""


class Terminal:
    """The program on a terminal, answered as it asks."""

    def __init__(self, *arguments: str, env: Mapping[str, str]) -> None:
        self._process = PtyProcess.spawn([str(SCRIPTS / "callinspect"), *arguments], env=dict(env), echo=True)
        self.screen = ""

    def answer(self, question: str, reply: str, end: str = "\n") -> None:
        """Wait for a question and the silence after it, then type."""
        seen = len(self.screen)
        until = time.monotonic() + PATIENCE
        while question not in self.screen[seen:]:
            assert select.select([self._process], [], [], max(0.0, until - time.monotonic()))[0], self.screen
            self.screen += self._process.read(4096).decode()
        time.sleep(0.05)
        self._process.write(f"{reply}{end}".encode())

    def choose(self, way: Way) -> None:
        """Say which way it shall be, where there are several."""
        if way.is_one_of_several:
            self.answer("Which one [", str(self.number(way)))

    @staticmethod
    def number(way: Way) -> int:
        """Return the number of a way in the menu."""
        provider = providers.get(way.provider)
        return provider.ways.index(provider.schemes[way.number]) + 1

    def skip(self, way: Way) -> None:
        """Leave out what may be left out; what stands in the usual address is not asked for where tests set another."""
        for each in providers.get(way.provider).fields:
            if each.offered and f"{{{each.name}}}" not in (way.base_url or "") and each.name not in way.fields:
                self.answer(each.title[:40], "")

    def end(self) -> int:
        """Read the rest of the screen; return the exit status."""
        while True:
            try:
                self.screen += self._process.read(4096).decode()
            except EOFError:
                exit_status: int = self._process.wait()
                return exit_status
