"""What Genesys' words mean. A call has no cause."""

from functools import partial

from callinspect.errors import AuthRejectedError, ForbiddenError, NotFoundError, UsageError
from callinspect.model import Direction, Outcome, RecordingState, State
from callinspect.provider import Evidence, Words, hints, meanings, said

_seen = partial(said, evidence=Evidence.SEEN)
_unconfirmed = partial(said, evidence=Evidence.UNCONFIRMED)

_REPORTS = "Look for the interaction in your reporting, and for recordings by callUuid"

STATE = Words(
    "state",
    "state",
    {
        "Dialing": said("Dialing", "The agent is placing the call", state=State.DIALING),
        "Ringing": _seen(
            "Ringing",
            "The agent's phone is ringing",
            "If this lasts, check that the agent is at the phone, and the no-answer settings",
            state=State.RINGING,
        ),
        "Established": _seen("Connected", "The agent and the other side can talk", state=State.ACTIVE),
        "Held": said(
            "On hold", "The agent has the call on hold", "Retrieve it in the agent's desktop", state=State.HELD
        ),
        "Released": said(
            "Ended",
            "The call is over; Genesys does not report why",
            _REPORTS,
            state=State.ENDED,
            outcome=Outcome.UNKNOWN,
        ),
        "Completed": _unconfirmed(
            "Ended",
            "The call is over; a word of the newer Workspace API",
            _REPORTS,
            state=State.ENDED,
            outcome=Outcome.UNKNOWN,
        ),
    },
)

CALL_TYPE = Words(
    "call-type",
    "callType",
    {
        "Inbound": _seen("Inbound", "Someone outside called the contact center", means=Direction.INBOUND),
        "Outbound": said("Outbound", "The agent called someone outside the contact center", means=Direction.OUTBOUND),
        "Internal": _seen("Internal", "The call is between numbers of the contact center", means=Direction.INTERNAL),
        "Consult": said(
            "Consultation",
            "The agent placed this call while on another one",
            "Look at the other call, which parentCallUri names",
            means=Direction.UNKNOWN,
        ),
    },
)

MUTE = Words(
    "mute",
    "mute",
    {
        "On": said("Muted", "The others do not hear the agent", "Unmute it in the agent's desktop"),
        "Off": said("Not muted", "The others hear the agent"),
    },
)

RECORDING = Words(
    "recording",
    "recordingState",
    {
        "Recording": said("Recording", "Genesys is recording the call", means=RecordingState.RECORDING),
        "Paused": said(
            "Recording paused",
            "Someone paused the recording",
            "Resume it in the agent's desktop",
            means=RecordingState.PAUSED,
        ),
        "Stopped": said("Recording stopped", "Genesys is not recording the call", means=RecordingState.STOPPED),
    },
)

MONITORING = Words(
    "monitoring",
    "supervisorMonitoringState.state",
    {
        "Coach": said("Coaching", "A supervisor speaks to the agent, unheard by the customer"),
        "ListenIn": said("Listening in", "A supervisor listens, unheard"),
        "BargeIn": said("Barged in", "A supervisor has joined the call"),
    },
)

MONITORING_MODE = Words(
    "monitoring-mode",
    "supervisorMonitoringState.mode",
    {
        "AllCalls": said("All calls", "A supervisor monitors each call of the agent"),
        "NextCall": said("Next call", "A supervisor monitors the agent's next call only"),
    },
)

MONITORING_SCOPE = Words(
    "monitoring-scope",
    "supervisorMonitoringState.scope",
    {
        "Call": said("Whole call", "The supervisor stays with the call, even if another agent takes it"),
        "Agent": said("This agent", "The supervisor stays with the agent when the call moves on"),
    },
)

CAPABILITY = Words(
    "capability",
    "capabilities",
    {
        "Answer": _seen("Can be answered", "The call rings, and the agent can answer it"),
        "Hangup": _seen("Can be hung up", "The agent can hang up"),
        "ClearCall": _seen("Can be cleared", "The agent can end the call for everyone on it"),
        "Hold": _seen("Can be held", "The agent can put the call on hold"),
        "Retrieve": _seen("Can be retrieved", "The agent can take the call off hold"),
        "SendDtmf": _seen("Takes digits", "The agent can send DTMF digits"),
        "AttachUserData": _seen("Takes data", "New data can be attached"),
        "UpdateUserData": _seen("Data can be changed", "Attached data can be changed"),
        "DeleteUserData": _seen("Data can be deleted", "All attached data can be deleted"),
        "DeleteUserDataPair": _seen("One item can be deleted", "One item of the attached data can be deleted"),
        "InitiateTransfer": _seen("Can be transferred", "A transfer can begin, with a consultation first"),
        "CompleteTransfer": _seen(
            "Transfer can complete", "The consultation call is up, and the transfer can complete"
        ),
        "SingleStepTransfer": _seen("Direct transfer", "The call can be transferred without a consultation"),
        "InitiateConference": _seen("Conference can begin", "A conference can begin, with a consultation first"),
        "CompleteConference": _seen(
            "Conference can complete", "The consultation call is up, and the third party can join"
        ),
        "SingleStepConference": _seen("Direct conference", "A third party can be added without a consultation"),
        "RemoveParticipantFromConference": _seen(
            "Participants can be removed", "A participant can be removed from the conference"
        ),
        "SwapCalls": _seen("Calls can be swapped", "The agent can hold the active call and take up the held one"),
        "MuteCall": said("Can be muted", "The agent can turn the microphone off", evidence=Evidence.INFERRED),
        "UnmuteCall": _seen("Can be unmuted", "The microphone is off, and the agent can turn it on"),
        "StartCallRecording": _seen("Recording can start", "The agent can start recording"),
        "PauseCallRecording": _seen("Recording can pause", "The agent can pause recording"),
        "ResumeCallRecording": _seen("Recording can resume", "The agent can resume recording"),
        "StopCallRecording": _seen("Recording can stop", "The agent can stop recording"),
        "SwitchToListenIn": _seen("Can return to listening", "A supervisor who has joined can go back to listening"),
        "Reject": _unconfirmed("Can be rejected", "The agent can reject the call; a word that one client expects"),
    },
)

_WRITES = "not returned for read requests"
_RETRY = "Try again, and check the log of the server"

STATUS = Words(
    "status",
    "statusCode",
    {
        "0": said("Done", "The request succeeded"),
        "1": said("Parameter missing", "The request lacks a parameter", "Check base_url and the ID", means=UsageError),
        "2": said(
            "Wrong parameter",
            "A parameter does not suit the call's state",
            "Check the ID",
            means=UsageError,
        ),
        "3": said(
            "Forbidden", "The operation is not allowed", "Check what the agent's role allows", means=ForbiddenError
        ),
        "4": said(
            "Internal error",
            "The server or its database failed, or the agent's device is not registered",
            "Read statusMessage, and check that the device is registered",
        ),
        "5": said(
            "Permission missing",
            "The user does not have the permission",
            "Check the user's role, and its feature api-voice",
            means=ForbiddenError,
        ),
        "6": said(
            "Not found",
            "There is no such call: it has ended, or is another agent's",
            "List the agent's own calls: callinspect list genesys",
            means=NotFoundError,
        ),
        "7": said("Partly done", f"Part of the request was carried out; {_WRITES}"),
        "8": said(
            "Password change needed",
            "Nothing else is possible until the password is changed",
            "Change the user's password in Workspace, then log in again",
            means=AuthRejectedError,
        ),
        "9": said("Incomplete", "The server did not finish", _RETRY),
        "10": said("Out of range", "A value is outside its range", "Check the ID", means=UsageError),
        "11": said("Read-only", f"The property cannot be changed; {_WRITES}", means=UsageError),
        "12": said("Not readable", "The server could not read the resource", _RETRY),
        "13": said("Not created", f"The server could not create the resource; {_WRITES}"),
        "14": said("Not deleted", f"The server could not delete the resource; {_WRITES}"),
        "15": said("Not updated", f"The server could not update the resource; {_WRITES}"),
        "16": said("Not assigned", f"The server could not assign the resource; {_WRITES}"),
        "17": said("Not unassigned", f"The server could not undo the assignment; {_WRITES}"),
        "18": said("Already exists", f"There is such a resource already; {_WRITES}"),
        "19": said("In use", f"The resource is in use; {_WRITES}"),
        "20": said(
            "Not logged in",
            "The request has no valid credentials; the HTTP status is 403",
            "Check the user name and password; a site with single sign-on may accept neither",
            means=AuthRejectedError,
        ),
    },
)

NOTIFICATION = Words(
    "event",
    "notificationType",
    {
        "StatusChange": _seen("State changed", "The state of the call changed; in event messages only"),
        "AttachedDataChanged": _seen("Data changed", "The attached data changed; in event messages only"),
        "ParticipantsUpdated": _seen("Participants changed", "The parties of the call changed; in event messages only"),
        "CallRecordingStateChange": said(
            "Recording changed", "The state of the recording changed; in event messages only"
        ),
        "MonitoredUserMutedStateChange": said(
            "Mute changed", "The agent under monitoring was muted or unmuted; in event messages only"
        ),
        "PropertiesUpdated": said(
            "Properties changed", "Something else about the call changed; in event messages only"
        ),
        "Error": said("Error", "An operation on the call failed; in event messages only", "Read the message"),
    },
)

DEVICE_STATE = Words(
    "device",
    "deviceState",
    {
        "Active": said("Device in use", "The agent's device is registered and working", means="active"),
        "Inactive": said(
            "Device not in use",
            "Nobody uses the agent's device",
            "Check that the agent is logged in, with a place and a device",
            means="inactive",
        ),
    },
)

DEVICE_DO_NOT_DISTURB = Words(
    "device",
    "doNotDisturb",
    {
        "On": said("Do not disturb", "The device is set to take no calls", "Turn do-not-disturb off", means=True),
        "Off": said("Takes calls", "Calls reach the device", means=False),
    },
)

STATES = {name: word.state for name, word in STATE.words.items()}
DIRECTIONS = meanings(CALL_TYPE.words)
CONSULT_DIRECTIONS = {State.RINGING: Direction.INBOUND, State.DIALING: Direction.OUTBOUND}
RECORDING_STATES = meanings(RECORDING.words)
DEVICE_STATES = meanings(DEVICE_STATE.words)
DO_NOT_DISTURB = meanings(DEVICE_DO_NOT_DISTURB.words)

STATUS_CODES = {code: error for code, error in meanings(STATUS.words).items() if error}
"""The status codes that tell whose failure it is; every other one is the server's."""

HINTS = hints(STATUS.words, "8", "20")

WORDS = (
    STATE,
    CALL_TYPE,
    MUTE,
    RECORDING,
    MONITORING,
    MONITORING_MODE,
    MONITORING_SCOPE,
    CAPABILITY,
    STATUS,
    NOTIFICATION,
    DEVICE_STATE,
    DEVICE_DO_NOT_DISTURB,
)
