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
        "Dialing": said("Dialing", "The agent is calling out", state=State.DIALING),
        "Ringing": _seen(
            "Ringing",
            "The agent's device rings",
            "If it stays so, check that the agent is at the phone, and the settings for no answer",
            state=State.RINGING,
        ),
        "Established": _seen("Connected", "The call is connected", state=State.ACTIVE),
        "Held": said(
            "On hold", "The agent put the call on hold", "Retrieve it in the agent's desktop", state=State.HELD
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
        "Inbound": _seen("Inbound", "The call came from outside the contact center", means=Direction.INBOUND),
        "Outbound": said("Outbound", "The call goes outside the contact center", means=Direction.OUTBOUND),
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
        "On": said("Muted", "The agent's microphone is off on this call", "Unmute it in the agent's desktop"),
        "Off": said("Not muted", "The agent's microphone is on"),
    },
)

RECORDING = Words(
    "recording",
    "recordingState",
    {
        "Recording": said("Recording", "The call is being recorded", means=RecordingState.RECORDING),
        "Paused": said(
            "Recording paused",
            "Recording is paused",
            "Resume it in the desktop of the agent who paused it",
            means=RecordingState.PAUSED,
        ),
        "Stopped": said("Recording stopped", "Recording is off", means=RecordingState.STOPPED),
    },
)

MONITORING = Words(
    "monitoring",
    "supervisorMonitoringState.state",
    {
        "Coach": said("Coaching", "A supervisor speaks to the agent, unheard by the customer"),
        "ListenIn": said("Listening in", "A supervisor hears the call"),
        "BargeIn": said("Barged in", "A supervisor takes part in the call"),
    },
)

MONITORING_MODE = Words(
    "monitoring-mode",
    "supervisorMonitoringState.mode",
    {
        "AllCalls": said("All calls", "Every call of the agent is monitored"),
        "NextCall": said("Next call", "The agent's next call is monitored"),
    },
)

MONITORING_SCOPE = Words(
    "monitoring-scope",
    "supervisorMonitoringState.scope",
    {
        "Call": said("Whole call", "Monitoring follows the call, also to other agents"),
        "Agent": said("This agent", "Monitoring ends when the call leaves the agent"),
    },
)

CAPABILITY = Words(
    "capability",
    "capabilities",
    {
        "Answer": _seen("Can be answered", "The call rings, and the agent can answer it"),
        "Hangup": _seen("Can be hung up", "The agent can leave the call"),
        "ClearCall": _seen("Can be cleared", "The agent can end the call for everyone on it"),
        "Hold": _seen("Can be held", "The agent can put the call on hold"),
        "Retrieve": _seen("Can be retrieved", "The agent can take the call off hold"),
        "SendDtmf": _seen("Takes digits", "The agent can send touch-tones"),
        "AttachUserData": _seen("Takes data", "Data can be attached to the call"),
        "UpdateUserData": _seen("Data can be changed", "The attached data can be changed"),
        "DeleteUserData": _seen("Data can be deleted", "All attached data can be deleted"),
        "DeleteUserDataPair": _seen("One item can be deleted", "One item of the attached data can be deleted"),
        "InitiateTransfer": _seen("Can be transferred", "A transfer can begin, with a consultation first"),
        "CompleteTransfer": _seen("Transfer can complete", "The consultation is on, and the transfer can complete"),
        "SingleStepTransfer": _seen("Direct transfer", "The call can be transferred without a consultation"),
        "InitiateConference": _seen("Conference can begin", "A conference can begin, with a consultation first"),
        "CompleteConference": _seen("Conference can complete", "The third party can join now"),
        "SingleStepConference": _seen("Direct conference", "A third party can be added without a consultation"),
        "RemoveParticipantFromConference": _seen(
            "Participants can be removed", "A participant can be removed from the conference"
        ),
        "SwapCalls": _seen("Calls can be swapped", "The held and the active call can change places"),
        "MuteCall": said("Can be muted", "The agent can mute the call", evidence=Evidence.INFERRED),
        "UnmuteCall": _seen("Can be unmuted", "The agent is muted and can unmute the call"),
        "StartCallRecording": _seen("Recording can start", "The agent can start recording"),
        "PauseCallRecording": _seen("Recording can pause", "The agent can pause recording"),
        "ResumeCallRecording": _seen("Recording can resume", "The agent can resume recording"),
        "StopCallRecording": _seen("Recording can stop", "The agent can stop recording"),
        "SwitchToListenIn": _seen("Can return to listening", "The supervisor who barged in can go back to listening"),
        "Reject": _unconfirmed("Can be rejected", "The agent can reject the call; a word that one client expects"),
    },
)

_WRITES = "never sent for reading"
_RETRY = "Try again, and check the log of the server"

STATUS = Words(
    "status",
    "statusCode",
    {
        "0": said("Done", "The request succeeded"),
        "1": said(
            "Parameter missing", "A required parameter is missing", "Check base_url and the ID", means=UsageError
        ),
        "2": said(
            "Wrong parameter",
            "A parameter does not fit the current state",
            "Check the ID",
            means=UsageError,
        ),
        "3": said("Forbidden", "The operation is forbidden", "Check the agent's rights", means=ForbiddenError),
        "4": said(
            "Internal error",
            "The server or its database failed, or the agent's device is not registered",
            "Read statusMessage, and check that the device is registered",
        ),
        "5": said(
            "Permission missing",
            "The user lacks the permission",
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
            "The user must change the password first",
            "Change the user's password in Workspace, then log in again",
            means=AuthRejectedError,
        ),
        "9": said("Incomplete", "The server did not finish", _RETRY),
        "10": said("Out of range", "A value is out of range", "Check the ID", means=UsageError),
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
            "Mute changed", "The monitored agent was muted or unmuted; in event messages only"
        ),
        "PropertiesUpdated": said("Properties changed", "Other properties changed; in event messages only"),
        "Error": said("Error", "An operation on the call failed; in event messages only", "Read the message"),
    },
)

DEVICE_STATE = Words(
    "device",
    "deviceState",
    {
        "Active": said("Device in use", "The agent's device is registered and in use", means="active"),
        "Inactive": said(
            "Device not in use",
            "The agent's device is not in use",
            "Check that the agent is logged in, with a place and a device",
            means="inactive",
        ),
    },
)

DEVICE_DO_NOT_DISTURB = Words(
    "device",
    "doNotDisturb",
    {
        "On": said("Do not disturb", "The device takes no calls", "Turn do-not-disturb off", means=True),
        "Off": said("Takes calls", "The device takes calls", means=False),
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
