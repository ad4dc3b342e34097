"""What Telnyx's words mean."""

from callinspect.providers.telnyx.words.calls import ANSWERED, DIRECTION, HANGUP, SOURCE, STATUS
from callinspect.providers.telnyx.words.errors import ERROR
from callinspect.providers.telnyx.words.events import EVENT
from callinspect.providers.telnyx.words.recordings import CHANNEL, RECORDING

WORDS = (HANGUP, STATUS, SOURCE, DIRECTION, ANSWERED, EVENT, RECORDING, CHANNEL, ERROR)
