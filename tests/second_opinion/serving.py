"""Prism, serving a specification."""

import socket
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, cast

Json = dict[str, Any]

START = 60.0
"""Seconds that Prism has to start."""


@contextmanager
def serving(prism: Path, document: Path, log: Path, *options: str) -> Iterator[str]:
    """Serve a specification; give the URL once somebody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["node", str(prism), "mock", "--port", str(port), *options, str(document)]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + START
            while not listening(port):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def pinned(spec: Json, path: str, values: Json) -> None:
    """Have an operation always answer with these values, by where they stand in its answer."""
    content = _content(spec["paths"][path]["get"]["responses"]["200"])
    for place, value in values.items():
        content["schema"] = _with(spec, content["schema"], place.split("."), value)
        for example in content.get("examples", {}).values():
            example["value"][place] = value


def absent(spec: Json, path: str, body: Json) -> None:
    """Have an operation find nothing, and say so with this body."""
    schema = {"enum": [body]}
    new = {"content": {"application/json": {"schema": schema, "example": body}}}
    old = {"schema": schema, "examples": {"application/json": body}}
    found = old if "swagger" in spec else new
    spec["paths"][path]["get"]["responses"] = {"404": {"description": "There is none", **found}}


def _content(answer: Json) -> Json:
    """Return what describes the body of an answer, which is the answer itself in OpenAPI 2."""
    return cast("Json", answer["content"]["application/json"] if "content" in answer else answer)


def without(spec: Any, keys: Collection[str]) -> Any:
    """Return a specification, or a part of it, that names none of these keys."""
    if isinstance(spec, dict):
        return {name: without(each, keys) for name, each in spec.items() if name not in keys}
    if isinstance(spec, list):
        return [without(each, keys) for each in spec if not (isinstance(each, str) and each in keys)]
    return spec


MOMENTS = [f"2026-03-02T09:{minute:02}:{minute:02}.500Z" for minute in range(0, 60, 7)]
NEVER_EMPTY = {"participants", "sessions", "segments"}
"""Lists without which a call tells nothing."""


def choosing(spec: Any, words: Mapping[str, Collection[str]]) -> Any:
    """Return a specification, or a part of it, that chooses its times, and fields of these names, from a few."""
    if isinstance(spec, list):
        return [choosing(each, words) for each in spec]
    if not isinstance(spec, dict) or "in" in spec:  # what is asked stays as it is
        return spec
    if spec.get("format") == "date-time":
        return {"type": "string", "enum": MOMENTS}
    changed = {name: choosing(each, words) for name, each in spec.items()}
    fields = changed.get("properties", {})
    fields |= {name: {"type": "string", "enum": [*words[name]]} for name in fields.keys() & words.keys()}
    fields |= {name: {**fields[name], "minItems": 1} for name in fields.keys() & NEVER_EMPTY}
    return changed


def _with(spec: Json, schema: Json, keys: list[str], value: Any) -> Json:
    """Return a schema whose value at some keys is always there, and always the same."""
    while "$ref" in schema:
        schema = reduce(getitem, schema["$ref"].split("/")[1:], spec)
    found = {name: each for name, each in schema.items() if name != "example"}
    for name in {"oneOf", "anyOf", "allOf"} & found.keys():
        found[name] = [_with(spec, each, keys, value) for each in found[name]]
    own = found.get("properties", {})
    if keys[0] in own:
        pin = _with(spec, own[keys[0]], keys[1:], value) if keys[1:] else {"enum": [value]}
        required = {*found.get("required", ()), keys[0]}
        found |= {"properties": {**own, keys[0]: pin}, "required": sorted(required)}
    return found
