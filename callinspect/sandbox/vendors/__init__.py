"""One folder per emulated vendor, each exporting VENDOR, and the registry that finds them."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from callinspect.errors import ConfigError, UsageError
from callinspect.sandbox.vendor import REFUSALS, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = re.compile(r"slow|truncated|reset|429 long|html [1-5][0-9]{2}", re.ASCII)
"""What can happen to a request of every vendor's, besides its refusals."""


@cache
def names() -> tuple[str, ...]:
    """Return the name of every vendor that has a sandbox, in alphabetical order."""
    here = Path(__file__).parent
    return tuple(sorted(each.name for each in here.iterdir() if each.name[0] not in "_." and each.is_dir()))


def check(name: str) -> None:
    """Check that a vendor has a sandbox.

    Raises:
        UsageError: it has none.
    """
    if name not in names():
        raise UsageError(f"there is no sandbox for {name}", hint=f"there is one for {', '.join(names())}")


@cache
def get(name: str) -> type[Vendor]:
    """Return the vendor of that name.

    Raises:
        UsageError: it has no sandbox.
        ConfigError: its folder does not hold one; the message says what is missing.
    """
    check(name)
    place = f"callinspect/sandbox/vendors/{name}/__init__.py"
    vendor = getattr(import_module(f"{__name__}.{name}"), "VENDOR", None)
    if vendor is None:
        raise ConfigError(f"{place} has no VENDOR")
    if not (isinstance(vendor, type) and issubclass(vendor, Vendor)):
        raise ConfigError(f"{place}: VENDOR is not a subclass of callinspect.sandbox.vendor.Vendor")
    for problem in _problems(vendor, vendor.__name__):
        raise ConfigError(f"{place}: {problem}")
    return vendor


def _problems(vendor: type[Vendor], name: str) -> Iterator[str]:
    """Yield what a vendor's class lacks, the most basic first."""
    if lacking := [each for each in ("calls", "account", "way", "addresses", "refusals") if not hasattr(vendor, each)]:
        yield f"{name} does not say its {', '.join(lacking)}"
    if lacking := [each for each in REFUSALS if each not in vendor.refusals]:
        yield f"the refusals of {name} lack {', '.join(lacking)}"
    if lacking := sorted(vendor.__abstractmethods__):
        yield f"{name} does not define {', '.join(lacking)}"
    if "base_url" not in vendor.addresses:
        yield f"the addresses of {name} lack base_url"
    if lacking := [each for each in vendor.way if each not in vendor.account]:
        yield f"the account of {name} lacks {', '.join(lacking)}, which its way needs"
    for call in vendor.calls:
        for step in (*call.steps, *call.steps_below):
            if step not in {"ok", *vendor.refusals} and not STEP.fullmatch(step):
                yield f"“{call.description}” has the step {step}, which is neither a fault nor a refusal"


def environment(name: str, url: str) -> dict[str, str]:
    """Return the variables that lead a vendor's provider to the sandbox at *url*."""
    vendor = get(name)
    fields = {field: f"{url}/{name}{path}" for field, path in vendor.addresses.items()}
    fields |= {field: vendor.account[field] for field in vendor.way}
    return {f"CALLINSPECT_{name}_{field}".upper(): value for field, value in fields.items()}
