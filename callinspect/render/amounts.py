"""Figures for people: shares, durations and money."""

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from callinspect.duration import seconds
from callinspect.render.harmless import limited
from callinspect.render.layout import MAX_PARTS, cut, omission
from callinspect.render.style import Style

if TYPE_CHECKING:
    from callinspect.figures import Figures

MAX_CURRENCY = 12
"""Columns of a currency, which is a code of three letters."""

MIN_PLACES, MAX_PLACES = 2, 4
"""Of money; JSON has all of them."""


def percent(share: float | None, style: Style) -> str:
    """Return a share of 1 in percent."""
    return style.absent if share is None else f"{100 * share:.1f} %"


def length(value: float | None, style: Style) -> str:
    """Return a duration; from a minute on, to the second."""
    if value is None:
        return style.absent
    return seconds(value if value < 60 else round(value))  # noqa: PLR2004 - a minute


def minutes(value: float | None, style: Style) -> str:
    """Return minutes."""
    return style.absent if value is None else f"{value:,.1f}"


def costs(figures: "Figures", style: Style) -> str:
    """Return what calls cost, in each currency."""
    every = (
        f"{_money(amount)} {cut(Text(style.word(limited(unit, style))), MAX_CURRENCY, style)}"
        for unit, amount in list(figures.cost.items())[:MAX_PARTS]
    )
    more = len(figures.cost) - MAX_PARTS
    return ", ".join([*every, *[omission(more, style)] * (more > 0)]) or style.absent


def _money(amount: str) -> str:
    """Return an amount of money with two to four places, with more where it would vanish else."""
    exact = Decimal(amount)
    rounded = round(exact, MAX_PLACES)
    whole, _, places = f"{rounded or exact:,f}".partition(".")
    return f"{whole}.{places.rstrip('0'):0<{MIN_PLACES}}"
