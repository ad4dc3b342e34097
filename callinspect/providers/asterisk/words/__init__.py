"""What Asterisk's words mean."""

from callinspect.providers.asterisk.words.causes import APPLICATION, CAUSE
from callinspect.providers.asterisk.words.errors import ERROR
from callinspect.providers.asterisk.words.states import DIALED, DISPOSITION, PRESENTATION, REDIRECTION, STATE

WORDS = (CAUSE, APPLICATION, STATE, REDIRECTION, PRESENTATION, DISPOSITION, DIALED, ERROR)
