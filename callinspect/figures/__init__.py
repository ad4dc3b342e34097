"""Figures of many calls: outcomes, rates, durations, causes, and how they lie in time.

Counted as the calls come, in memory that does not grow with their number. Everything here knows records only, as
`callinspect.model.reading` describes them: who reads them, and who draws the figures, is elsewhere.
"""

from callinspect.figures.counting import By, Counting
from callinspect.figures.results import CauseCount, Figures, Group, Percentiles, Slot, Statistics
from callinspect.figures.spread import NoRoomError

__all__ = ["By", "CauseCount", "Counting", "Figures", "Group", "NoRoomError", "Percentiles", "Slot", "Statistics"]
