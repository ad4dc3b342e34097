"""Write how many milliseconds of CPU it takes to read, normalize and write a call, as JSON: vendor to its rounds.

    python record.py ROUNDS VENDOR=DOCUMENT…

Runs in the Python that callinspect is installed for.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import TextIO

from callinspect import providers
from callinspect.model.writing import record
from callinspect.provider import Document, Provider, Response
from callinspect.render.jsontext import dumps

TIMES = 500


def measured(provider: Provider, body: bytes, out: TextIO) -> float:
    """Return the milliseconds that one takes, on the average of many."""
    started = time.process_time()
    for _ in range(TIMES):
        call = provider.normalize(Document(Response(200, {}, body)))
        out.write(dumps(record(call), lines=True) + "\n")
    return (time.process_time() - started) / TIMES * 1000


def main(rounds: int, documents: dict[str, Path]) -> None:
    """Measure, all vendors once a round; once before, which does not count."""
    found: dict[str, list[float]] = {vendor: [] for vendor in documents}
    with Path(os.devnull).open("w", encoding="utf-8") as out:
        for _ in range(rounds + 1):
            for vendor, path in documents.items():
                found[vendor].append(measured(providers.get(vendor), path.read_bytes(), out))
    print(json.dumps({vendor: values[1:] for vendor, values in found.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), {vendor: Path(path) for vendor, _, path in (word.partition("=") for word in sys.argv[2:])})
