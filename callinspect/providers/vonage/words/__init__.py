"""What Vonage's words mean."""

from callinspect.providers.vonage.words.calls import DETAIL, DIRECTION, ENDPOINT, SIDE, STATUS
from callinspect.providers.vonage.words.errors import ERROR

WORDS = (STATUS, DETAIL, SIDE, DIRECTION, ENDPOINT, ERROR)
"""Every word that Vonage documents, causes first."""
