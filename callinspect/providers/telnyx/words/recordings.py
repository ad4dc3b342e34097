"""What Telnyx's words about recordings mean."""

from callinspect.model import StoredState
from callinspect.provider import Evidence, Words, meanings, said

RECORDING = Words(
    "recording-status",
    "status",
    {
        "in-progress": said(
            "Recording", "The recording is in progress", means=StoredState.RECORDING, evidence=Evidence.SPEC
        ),
        "paused": said("Paused", "The recording is paused", means=StoredState.RECORDING, evidence=Evidence.SPEC),
        "stopped": said(
            "Stopped",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
            evidence=Evidence.SPEC,
        ),
        "completed": said(
            "Ready",
            "The recording can be downloaded, with a link that is valid for 10 minutes",
            means=StoredState.AVAILABLE,
            evidence=Evidence.SPEC,
        ),
    },
)

CHANNEL = Words(
    "recording-channels",
    "channels",
    {
        "single": said("One channel", "Both sides are on one channel", means=1, evidence=Evidence.SPEC),
        "dual": said(
            "Two channels",
            "The first leg is on the first channel, everyone else on the second",
            means=2,
            evidence=Evidence.SPEC,
        ),
    },
)

CHANNELS = meanings(CHANNEL.words)
RECORDING_STATES = meanings(RECORDING.words)
