"""Facts about a call that few vendors report."""

from enum import StrEnum
from typing import NamedTuple


class AnsweredBy(StrEnum):
    """What answered the call."""

    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    IVR = "ivr"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a party is on the call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    QUEUE = "queue"
    IVR = "ivr"
    VOICEMAIL = "voicemail"
    SUPERVISOR = "supervisor"


class Cost(NamedTuple):
    """What the call cost: a decimal without a sign, as text, and the currency (ISO 4217)."""

    amount: str
    currency: str


class Quality(NamedTuple):
    """How good the connection was, as the vendor measured it."""

    mos: float | None = None
    jitter_ms: float | None = None
    loss_percent: float | None = None
    rtt_ms: float | None = None


class Monitoring(NamedTuple):
    """The supervisor's view of the call."""

    monitored: bool | None = None
    listening_in: bool | None = None
    state: str | None = None
    monitored_user_muted: bool | None = None


class Verification(NamedTuple):
    """Caller-identity verification (STIR/SHAKEN)."""

    result: str | None = None
    attestation: str | None = None
    originating_id: str | None = None
