"""One folder per emulated vendor, each exporting VENDOR, and the registry that finds them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from callinspect.errors import ConfigError, UsageError
from callinspect.sandbox.vendor import REFUSALS, Vendor


@cache
def names() -> tuple[str, ...]:
    """Return the name of every vendor that has a sandbox, in alphabetical order."""
    here = Path(__file__).parent
    return tuple(sorted(each.name for each in here.iterdir() if each.name[0] != "_" and each.is_dir()))


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
    if missing := [each for each in ("calls", "account", "way", "addresses", "refusals") if not hasattr(vendor, each)]:
        raise ConfigError(f"{place}: {vendor.__name__} does not say its {', '.join(missing)}")
    if missing := [each for each in REFUSALS if each not in vendor.refusals]:
        raise ConfigError(f"{place}: the refusals of {vendor.__name__} lack {', '.join(missing)}")
    return vendor


def environment(name: str, url: str) -> dict[str, str]:
    """Return the variables that lead a vendor's provider to the sandbox at *url*."""
    vendor = get(name)
    fields = {field: f"{url}/{name}{path}" for field, path in vendor.addresses.items()}
    fields |= {field: vendor.account[field] for field in vendor.way}
    return {f"CALLINSPECT_{name}_{field}".upper(): value for field, value in fields.items()}
