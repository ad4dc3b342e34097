"""What SignalWire's words mean."""

from callinspect.providers.signalwire.words.calls import DIRECTION, END_REASON, SOURCE, STATUS, TYPE, WHO
from callinspect.providers.signalwire.words.errors import ERROR_CODE, ERROR_TEXT
from callinspect.providers.signalwire.words.related import EVENT, LEVEL, RECORDING_SOURCE, RECORDING_STATUS

WORDS = (
    STATUS,
    END_REASON,
    DIRECTION,
    WHO,
    TYPE,
    SOURCE,
    EVENT,
    LEVEL,
    RECORDING_STATUS,
    RECORDING_SOURCE,
    ERROR_CODE,
    ERROR_TEXT,
)
