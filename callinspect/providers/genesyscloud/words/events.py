"""What the segments of a conversation mean: what each participant did, and from when until when."""

from callinspect.model.timeline import Happened
from callinspect.provider import Words, meanings, said

SEGMENT = Words(
    "segment",
    "segmentType",
    {
        "contacting": said("Contacting", "The participant is being reached", means=Happened.CALLED),
        "dialing": said("Dialing", "The number is being dialed", means=Happened.CALLED),
        "alert": said("Alerting", "The participant's phone rings", means=Happened.RINGING),
        "interact": said("Talking", "The participant is on the call", means=Happened.JOINED),
        "hold": said("On hold", "The participant has the call on hold", means=Happened.HELD),
        "ivr": said("In a flow", "The caller is in the steps of a flow", means=Happened.STEP),
        "delay": said("Waiting", "The call waits, in a queue for an agent", means=Happened.QUEUED),
        "parked": said("Parked", "The call is parked", means=Happened.PARKED),
        "voicemail": said("Voicemail", "The call is with a voicemail box", means=Happened.REDIRECTED),
        "barging": said("Barged in", "A supervisor takes part in the call", means=Happened.JOINED),
        "coaching": said("Coaching", "A supervisor talks to the agent", means=Happened.JOINED),
        "monitoring": said("Listening in", "A supervisor listens", means=Happened.JOINED),
        "wrapup": said("Wrap-up", "The agent works on what follows the call", means=Happened.OTHER),
        "system": said("System", "Genesys Cloud handles the call", means=Happened.OTHER),
        "transmitting": said("Transmitting", "A fax is being sent", means=Happened.OTHER),
        "callback": said("Callback", "A callback waits to be dialed", means=Happened.OTHER),
        "scheduled": said("Scheduled", "A callback is planned for later", means=Happened.OTHER),
        "screenmonitoring": said("Screen monitored", "A supervisor sees the agent's screen", means=Happened.OTHER),
        "sharing": said("Sharing", "A screen is shared", means=Happened.OTHER),
        "uploading": said("Uploading", "A fax is being uploaded", means=Happened.OTHER),
        "converting": said("Converting", "A fax is being converted", means=Happened.OTHER),
        "unknown": said("Unknown", "Genesys Cloud does not say what happened", means=Happened.OTHER),
    },
)

SEGMENTS = meanings(SEGMENT.words)

ALERT, HOLD, INTERACT, IVR, WRAPUP = "alert", "hold", "interact", "ivr", "wrapup"

STATES = {
    ALERT: "alerting",
    "dialing": "dialing",
    "contacting": "contacting",
    INTERACT: "connected",
    IVR: "connected",
    HOLD: "connected",
    "parked": "parked",
}
"""The state of a participant whose last segment goes on."""

REFUSING = frozenset({"transfer.noanswer", "client", "endpoint", "endpoint.donotdisturb"})
"""What a participant's alerting ends with who does not take the call."""
