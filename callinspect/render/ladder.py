"""Who was on a call and when, as a ladder."""

from rich.text import Text

from callinspect.render.harmless import Harmless
from callinspect.render.style import Style


def lifelines(call: Harmless) -> int:
    """Return how many lifelines the call's ladder has."""
    del call
    return 0


def ladder(call: Harmless, style: Style) -> list[Text]:
    """Return the ladder's lines."""
    del call, style
    return []
