"""What the program shows of a call in each of its formats, written in this process: hundreds of calls take seconds."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from callinspect import providers, stdio
from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.cli.results.output import Format, Include, Output
from callinspect.cli.results.pictures import Pictured
from callinspect.cli.results.writers import Writer
from callinspect.client.inspection import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from callinspect.provider import Document

JSON = ("json", "raw")
"""The formats whose text is JSON with the original's keys in their order."""

WIDTH = 100


class Nothing(Writer):
    """Writes nothing."""

    def add(self, result: object) -> None:
        """Leave it."""


def _written(inspection: Inspection, options: Options, form: Format, **more: Any) -> None:
    output = Output(form=form, several=False, options=options, **more)
    output.add(inspection)
    output.end()


FORMS: dict[str, Callable[[Inspection, Options], None]] = {
    **{str(form): partial(_written, form=form) for form in Format if form not in {Format.AUTO, Format.JSONL}},
    "raw": partial(_written, form=Format.JSON, raw=True),
}
"""Every format, by its name: what writes a call in it. A line of JSON Lines has what JSON has."""

MORE: dict[str, Callable[[Inspection, Options], None]] = {
    "json with raw": partial(_written, form=Format.JSON, include=Include.RAW),
    "card with raw": partial(_written, form=Format.TABLE, include=Include.RAW),
}
PICTURES = ("svg", "html")
"""With `MORE`, what shows the same once more, and takes longer."""


def shown(vendor: str, document: Document, folder: Path, *, more: bool) -> Iterator[tuple[str, str]]:
    """Give what is shown of a call with --redact, by format.

    Args:
        vendor: whose it is.
        document: the answers.
        folder: where pictures are drawn.
        more: whether to show what takes longer, too.
    """
    options = Options()
    options.redact, options.quiet = True, True
    assert options.masker
    inspection = Inspection(providers.get(vendor), document, datetime.now(UTC), is_alone=True)
    with finishing(options.masker.finished):
        for name, write in {**FORMS, **(MORE if more else {})}.items():
            with _captured() as taken:
                write(inspection, options)
                text = taken.getvalue().decode()
            yield name, text
        for suffix in PICTURES if more else ():
            file = folder / f"call.{suffix}"
            Pictured(Nothing(), str(file), WIDTH, options).add(inspection)
            yield suffix, file.read_text(encoding="utf-8")


@contextmanager
def finishing(finished: Callable[[str], str]) -> Iterator[None]:
    """Have the last look at what is written inside the context be that of a function."""
    before, streams.finished = streams.finished, finished
    try:
        yield
    finally:
        streams.finished = before


@contextmanager
def _captured() -> Iterator[io.BytesIO]:
    taken = io.BytesIO()
    before, stdio.output = stdio.output, io.TextIOWrapper(taken, encoding="utf-8", write_through=True)
    try:
        yield taken
    finally:
        stdio.output = before
