"""What the names of Telnyx's events mean."""

from callinspect.model.timeline import Happened
from callinspect.provider import Evidence, Words, meanings, said

EVENT = Words(
    "event",
    "name",
    {
        "dial": said("Dial", "Your application asked for the call", means=Happened.OTHER, evidence=Evidence.SEEN),
        "call.initiated": said("Created", "The call came in, or was placed", means=Happened.CREATED),
        "call.answered": said(
            "Answered", "The call was answered, perhaps by your application", means=Happened.ANSWERED
        ),
        "call.bridged": said("Bridged", "The call was connected with another one", means=Happened.JOINED),
        "call.hold": said("Held", "The call was put on hold", means=Happened.HELD),
        "call.unhold": said("Resumed", "The call was taken off hold", means=Happened.RESUMED),
        "call.hangup": said("Ended", "The call ended; hangup_cause says why", means=Happened.ENDED),
        "call.enqueued": said("Put into a queue", "The call entered a queue", means=Happened.OTHER),
        "call.dequeued": said("Taken out of the queue", "The call left its queue", means=Happened.OTHER),
        "call.playback.started": said("Playback", "An audio file started to play", means=Happened.PLAYED),
        "call.playback.ended": said("Playback ended", "The audio file ended or was stopped", means=Happened.OTHER),
        "call.speak.started": said("Speech", "Telnyx began to speak a text", means=Happened.SPOKE),
        "call.speak.ended": said("Speech ended", "The text was spoken, or stopped", means=Happened.OTHER),
        "call.dtmf.received": said("Key pressed", "A party pressed a key", means=Happened.KEYED),
        "call.gather.ended": said(
            "Digits collected", "The wait for digits ended, with or without them", means=Happened.COLLECTED
        ),
        "call.machine.detection.ended": said(
            "Detection result", "Telnyx decided whether a person or a machine answered", means=Happened.OTHER
        ),
        "call.machine.premium.detection.ended": said(
            "Detection result",
            "Premium detection decided whether a person or a machine answered",
            means=Happened.OTHER,
        ),
        "call.machine.greeting.ended": said(
            "Greeting over", "The machine's greeting ended: a message can be left", means=Happened.OTHER
        ),
        "call.machine.premium.greeting.ended": said(
            "Greeting over", "The machine's greeting ended, with a beep or without", means=Happened.OTHER
        ),
        "call.recording.saved": said("Recording saved", "A recording can be downloaded", means=Happened.OTHER),
        "call.recording.error": said(
            "Recording failed", "A recording could not be made", means=Happened.RECORDING_FAILED
        ),
        "call.transcription": said("Transcribed", "A part of the conversation as text", means=Happened.TRANSCRIBED),
        "call.fork.started": said("Fork started", "The audio is also sent elsewhere", means=Happened.OTHER),
        "call.fork.stopped": said("Fork stopped", "The audio is no longer sent elsewhere", means=Happened.OTHER),
        "streaming.started": said("Streaming started", "The audio goes to a WebSocket", means=Happened.OTHER),
        "streaming.stopped": said("Streaming stopped", "The stream to the WebSocket ended", means=Happened.OTHER),
        "streaming.failed": said(
            "Streaming failed",
            "The audio could not be sent to the WebSocket",
            "Check that its address can be reached",
            means=Happened.ERROR,
        ),
        "call.cost": said("Price known", "The event holds what the call cost", means=Happened.OTHER),
    },
)

EVENTS = meanings(EVENT.words)
