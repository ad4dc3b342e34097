"""Durations for people, where renderers look for them."""

from callinspect.duration import COARSE, ago, coarse, seconds

__all__ = ["COARSE", "ago", "coarse", "seconds"]
