"""Any value as JSON text; apart from the records of calls, since not all that is written is one."""

import json
from typing import Any

from callinspect.render.inert import inert_json

Record = dict[str, Any]

# No value written here contains itself, and to check that takes time.
_ON_ONE_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
_INDENTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, indent=2)


def dumps(value: object, *, lines: bool = False, exact: bool = False) -> str:
    """Return a value as JSON text, inert: indented by two, or on one line.

    Args:
        value: the value.
        lines: whether to write one line.
        exact: whether to keep lone surrogates, which strict readers reject.

    Raises:
        ValueError: JSON cannot represent a number in it.
    """
    return inert_json((_ON_ONE_LINE if lines else _INDENTED).encode(value), exact=exact)
