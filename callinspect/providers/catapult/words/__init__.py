"""What Catapult's words mean."""

from callinspect.providers.catapult.words.calls import CAUSE, DIRECTION, STATE
from callinspect.providers.catapult.words.errors import CATEGORY, ERROR_CODE
from callinspect.providers.catapult.words.events import DIVERSION, EVENT
from callinspect.providers.catapult.words.recordings import RECORDING_STATE, TRANSCRIPTION_STATE

WORDS = (CAUSE, STATE, DIRECTION, EVENT, RECORDING_STATE, TRANSCRIPTION_STATE, DIVERSION, CATEGORY, ERROR_CODE)
