"""What Plivo's words mean."""

from callinspect.providers.plivo.words.calls import DIRECTION, SOURCE, STATUS, TRANSCRIPTION
from callinspect.providers.plivo.words.causes import CAUSE

WORDS = (CAUSE, STATUS, SOURCE, DIRECTION, TRANSCRIPTION)
