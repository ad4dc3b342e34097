"""The docstrings of commands and errors, read from the source if Python has dropped them (`-OO`)."""

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import Any


def docstring(documented: type | Callable[..., Any]) -> str:
    """Return the docstring of a function or class, from its source if necessary; empty if there is none."""
    documented = inspect.unwrap(documented)
    found = inspect.cleandoc(documented.__doc__ or "")
    if found:
        return found
    try:
        source = ast.parse(dedent(inspect.getsource(documented)))
    except (OSError, TypeError, SyntaxError):
        return ""
    docstrings = (ast.get_docstring(each) for each in source.body if isinstance(each, ast.FunctionDef | ast.ClassDef))
    return next(docstrings, None) or ""
