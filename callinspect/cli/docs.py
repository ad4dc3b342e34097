"""What commands and errors say of themselves, which Python leaves out where it is told to save memory (`-OO`)."""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import Any


def of(described: type | Callable[..., Any]) -> str:
    """Return the docstring of a function or a class, if need be from its source; empty where neither is there."""
    described = inspect.unwrap(described)
    found = inspect.cleandoc(described.__doc__ or "")
    if found:
        return found
    try:
        source = ast.parse(dedent(inspect.getsource(described)))
    except (OSError, TypeError, SyntaxError):
        return ""
    said = (ast.get_docstring(each) for each in source.body if isinstance(each, ast.FunctionDef | ast.ClassDef))
    return next(said, None) or ""
