"""The ladder of a call with several parties: its `lanes`, `course` and `rungs`, from which it is drawn."""

from callinspect.render.ladder.drawing import Ladder

__all__ = ["Ladder"]
