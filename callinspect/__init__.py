"""What happened to that call? One command, one record, for every telephony vendor.

In Python: `Client` asks for calls, each a `Call`, and what goes wrong is a `CallinspectError`. These are public, and
`callinspect.provider`, with which vendors are written; nothing else is.
"""

TYPE_CHECKING = False  # typing's is not imported: the shell waits for this module at every TAB
if TYPE_CHECKING:
    from callinspect.api import Client
    from callinspect.errors import CallinspectError
    from callinspect.model import Call

__all__ = ["Call", "CallinspectError", "Client", "__version__"]

__version__ = "0.1.0"

_HOMES = {"Call": "callinspect.model", "CallinspectError": "callinspect.errors", "Client": "callinspect.api"}


if not TYPE_CHECKING:  # there would be any name

    def __getattr__(name: str) -> object:
        """Import what is asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
