"""vCons: what each one has to be."""

import json
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = json.loads((Path(__file__).parents[1] / "render" / "vcon_schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def check(vcon: Any) -> None:
    """Check a vCon against the draft: its schema, and that each index is that of something."""
    VALIDATOR.validate(vcon)
    parties, dialogs, attachments = (range(len(vcon.get(key, ()))) for key in ("parties", "dialog", "attachments"))
    for number, dialog in enumerate(vcon.get("dialog", ())):
        assert {*dialog.get("parties", ())} <= {*parties}
        for index in dialog.get("recordings", ()):
            recording = vcon["dialog"][index]
            assert (recording["type"], recording["recording_set"]) == ("recording", number)
        if "recording_set" in dialog:
            assert number in vcon["dialog"][dialog["recording_set"]]["recordings"]
    for each in vcon.get("attachments", ()):
        assert each["party"] in parties
        assert each["dialog"] in dialogs
    for each in vcon["analysis"]:
        assert each.get("dialog", 0) in dialogs or "dialog" not in each
        assert each.get("attachment", 0) in attachments or "attachment" not in each


def record(vcon: Any) -> Any:
    """Return the record in a vCon."""
    return next(each["body"] for each in vcon["analysis"] if each["vendor"] == "callinspect")


def document(vcon: Any) -> Any:
    """Return the vendor's document in a vCon."""
    return vcon["attachments"][0]["body"] if "attachments" in vcon else vcon["analysis"][1]["body"]
