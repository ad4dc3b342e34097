"""The record's JSON Schema, as the package ships it."""

from importlib.resources import files


def text() -> str:
    """Return the schema's JSON text."""
    return files("callinspect").joinpath("schema.json").read_text(encoding="utf-8")
