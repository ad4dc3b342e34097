"""What Genesys Cloud's words mean."""

from callinspect.providers.genesyscloud.words.calls import DIRECTION, DISCONNECT, PURPOSE, RECORDING, STATE
from callinspect.providers.genesyscloud.words.errors import ERROR
from callinspect.providers.genesyscloud.words.events import SEGMENT
from callinspect.providers.genesyscloud.words.recordings import FILE

WORDS = (DISCONNECT, STATE, PURPOSE, DIRECTION, RECORDING, SEGMENT, FILE, ERROR)
