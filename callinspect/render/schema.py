"""The record's JSON Schema, as the package ships it."""


def text() -> str:
    """Return the schema's JSON text."""
    from importlib.resources import files

    return files("callinspect").joinpath("schema.json").read_text(encoding="utf-8")
