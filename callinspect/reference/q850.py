"""Causes by the names that Q.850 and FreeSWITCH have for them: what each means, and how a call with it came out.

Read only when a vendor sends one that its own documentation does not explain.
"""

import re
from functools import cache
from typing import NamedTuple

from callinspect.model import Cause, Outcome, in_words


class Meaning(NamedTuple):
    """What a cause says of a call.

    Args:
        cause: what it means.
        outcome: how the call came out.
        is_certain: whether it did even if there is a time of answer. A cause that gives no outcome of its own tells
            only how a call came out that nobody answered.
    """

    cause: Cause
    outcome: Outcome
    is_certain: bool


def meaning(name: str) -> Meaning | None:
    """Return what a name means, however its words are written and joined; None if neither has it."""
    return _meanings().get(plain(name))


def names() -> tuple[str, ...]:
    """Return every name."""
    return tuple(_meanings())


def plain(name: str) -> str:
    """Return a name as it is looked up: its words in capitals, joined by underscores."""
    return re.sub("[^A-Z0-9]+", "_", name.upper()).strip("_")


@cache
def _meanings() -> dict[str, Meaning]:
    found = {}
    lines = iter(_TABLE.strip().splitlines())
    for facts, words in zip(lines, lines, strict=True):
        q850, sip, outcome, *names = facts.split()
        title, _, explanation = words.strip().partition(": ")
        cause = in_words(title, explanation, sip=_code(sip), q850=_code(q850))
        said = Meaning(cause, Outcome(outcome.removesuffix("?")), is_certain=not outcome.endswith("?"))
        found.update(dict.fromkeys(names, said))
    return found


def _code(text: str) -> int | None:
    return None if text == "-" else int(text)


_TABLE = """
0 - failed? NONE VALID_CAUSE_CODE_NOT_YET_RECEIVED
    No cause yet: The switch had set no cause when this was written
1 404 failed UNALLOCATED_NUMBER UNALLOCATED_UNASSIGNED_NUMBER
    No such number: The number is well formed, but not assigned to anyone
2 404 failed NO_ROUTE_TRANSIT_NET NO_ROUTE_TO_SPECIFIED_TRANSIT_NETWORK
    No route to the carrier: The carrier chosen for the call cannot be reached from there
3 404 failed NO_ROUTE_DESTINATION NO_ROUTE_TO_DESTINATION
    No route: There is no route to this number
4 - failed SEND_SPECIAL_INFORMATION_TONE
    Announcement to the caller: The number is out of reach for good; the caller hears an announcement
5 - failed MISDIALLED_TRUNK_PREFIX
    Wrong trunk prefix: The number was dialed with a trunk prefix that does not belong there
6 - failed CHANNEL_UNACCEPTABLE
    Channel not acceptable: The channel that was selected cannot carry this call
7 - failed? CALL_AWARDED_DELIVERED CALL_AWARDED_AND_BEING_DELIVERED_IN_AN_ESTABLISHED_CHANNEL
    Delivered on an open channel: The call was handed to the user on a channel that was already open
8 - failed PREEMPTION
    Preempted: The call was cleared to make room for one with higher priority
9 - failed PREEMPTION_CIRCUIT_RESERVED_FOR_REUSE
    Preempted, circuit reserved: The call was cleared for one with higher priority, which takes its circuit
10 - failed PREFIX_1_DIALED_BUT_NOT_REQUIRED
    Superfluous 1: The number was dialed with a leading 1 that is not required
11 - failed? MORE_DIGITS_RECEIVED_THAN_ALLOWED_CALL_IS_PROCEEDING
    Too many digits: More digits were dialed than needed; the call went on without them
13 - canceled CALL_COMPLETED_ELSEWHERE
    Answered elsewhere: Another phone took the call, so this one stopped ringing
14 - failed? QOR_PORTED_NUMBER
    Ported number: The number was ported to another carrier; the exchange asks for a lookup
16 - unanswered? NORMAL_CLEARING NORMAL_CALL_CLEARING
    Ended normally: One side hung up
17 486 busy USER_BUSY
    Busy: The called party was busy
18 408 no-answer NO_USER_RESPONSE NO_USER_RESPONDING
    No response: The called equipment did not respond at all, not even by ringing
19 480 no-answer NO_ANSWER NO_ANSWER_FROM_USER NO_ANSWER_FROM_USER_USER_ALERTED
    No answer: It rang, but nobody answered in time
20 480 no-answer SUBSCRIBER_ABSENT
    Not reachable: The called phone was switched off, out of coverage or not registered
21 403 rejected CALL_REJECTED
    Rejected: The call was refused although the line was free
22 410 failed NUMBER_CHANGED
    Number changed: The called party has another number now
23 410 failed? REDIRECTION_TO_NEW_DESTINATION
    Redirected: The exchange asked for the call to be routed to another destination
24 - rejected CALL_REJECTED_DUE_TO_FEATURE_AT_THE_DESTINATION
    Rejected by a feature: A feature of the called line, such as anonymous call rejection, refused it
25 - failed EXCHANGE_ROUTING_ERROR
    Routing error: The call was routed in a loop or over too many hops
26 404 canceled NON_SELECTED_USER_CLEARING
    Answered elsewhere: The phone was offered the call, but another one got it
27 502 failed DESTINATION_OUT_OF_ORDER
    Destination out of order: The line or link to the called party is not working
28 484 failed INVALID_NUMBER_FORMAT INVALID_NUMBER_FORMAT_ADDRESS_INCOMPLETE ADDRESS_INCOMPLETE
    Invalid number: The number is incomplete or not in a valid format
29 501 failed FACILITY_REJECTED
    Service rejected: A supplementary service that the call asked for cannot be provided
30 - failed? RESPONSE_TO_STATUS_ENQUIRY
    Status response: This answers a status enquiry between switches and ends no call
31 480 unknown? NORMAL_UNSPECIFIED UNSPECIFIED
    No reason given: The call ended normally; the network gave no further reason
33 - failed CIRCUIT_OUT_OF_ORDER
    Circuit out of order: The circuit is defective
34 503 failed NORMAL_CIRCUIT_CONGESTION NO_CIRCUIT_CHANNEL_AVAILABLE
    No free circuit: No circuit or channel was free on the way
35 - failed DESTINATION_UNATTAINABLE
    Destination out of reach: The destination could not be reached
37 - failed DEGRADED_SERVICE
    Degraded service: The requested quality could not be kept up
38 503 failed NETWORK_OUT_OF_ORDER
    Network out of order: The network is down and not expected back soon
39 - failed? PERMANENT_FRAME_MODE_CONNECTION_OUT_OF_SERVICE
    Frame relay out of service: This concerns a permanent frame relay connection, not a call
40 - failed? PERMANENT_FRAME_MODE_CONNECTION_OPERATIONAL
    Frame relay in service: This concerns a permanent frame relay connection, not a call
41 503 failed NORMAL_TEMPORARY_FAILURE TEMPORARY_FAILURE
    Temporary failure: The network failed for a moment; the same call may work when tried again
42 503 failed SWITCH_CONGESTION SWITCHING_EQUIPMENT_CONGESTION
    Congestion: A switch on the way was overloaded
43 - failed? ACCESS_INFO_DISCARDED ACCESS_INFORMATION_DISCARDED
    Information discarded: Information sent along with the call was dropped on the way
44 - failed REQUESTED_CHAN_UNAVAIL REQUESTED_CIRCUIT_CHANNEL_NOT_AVAILABLE
    Channel not available: The particular channel that was requested is not available
45 - failed PRE_EMPTED
    Preempted: The call was cleared for one with higher priority
46 - failed PRECEDENCE_CALL_BLOCKED
    Priority call blocked: No circuit could be freed for this priority call
47 503 failed RESOURCE_UNAVAILABLE RESOURCES_UNAVAILABLE_UNSPECIFIED
    No resources: A resource that the call needs was used up; which one is not stated
49 - failed QUALITY_OF_SERVICE_UNAVAILABLE
    Quality not available: The requested quality of service cannot be provided
50 - failed FACILITY_NOT_SUBSCRIBED REQUESTED_FACILITY_NOT_SUBSCRIBED
    Not subscribed: The line is not subscribed to a service that the call asked for
51 - rejected REVERSE_CHARGING_NOT_ALLOWED
    No reverse charging: Reverse charging is not permitted for this call
52 - rejected OUTGOING_CALL_BARRED OUTGOING_CALLS_BARRED
    Outgoing calls barred: The calling line is not allowed to make this call
53 - rejected OUTGOING_CALLS_BARRED_WITHIN_CUG
    Outgoing calls barred in the group: A member of a closed user group may not call outside it
54 - rejected INCOMING_CALL_BARRED INCOMING_CALLS_BARRED
    Incoming calls barred: The called line does not accept incoming calls
55 403 rejected INCOMING_CALLS_BARRED_WITHIN_CUG
    Incoming calls barred in the group: A member of a closed user group may not be called from outside it
56 - busy CALL_WAITING_NOT_SUBSCRIBED
    Busy, no call waiting: The called line was busy and has no call waiting
57 403 rejected BEARERCAPABILITY_NOTAUTH BEARER_CAPABILITY_NOT_AUTHORIZED
    Bearer not authorized: The line may not use this bearer capability
58 503 failed BEARERCAPABILITY_NOTAVAIL BEARER_CAPABILITY_NOT_PRESENTLY_AVAILABLE
    Bearer not available: The requested bearer capability is not available at present
62 - failed INCONSISTENCY_IN_DESIGNATED_OUTGOING_ACCESS_INFORMATION_AND_SUBSCRIBER_CLASS
    Not allowed for this line: What the call asks for is inconsistent with the class of the line
63 - failed SERVICE_UNAVAILABLE SERVICE_OR_OPTION_NOT_AVAILABLE_UNSPECIFIED
    Service not available: A service that the call needs is not available
65 488 failed BEARERCAPABILITY_NOTIMPL BEARER_CAPABILITY_NOT_IMPLEMENTED
    Bearer not supported: The equipment does not support this bearer capability, or the codec
66 - failed CHAN_NOT_IMPLEMENTED CHANNEL_TYPE_NOT_IMPLEMENTED
    Channel type not supported: The equipment does not support this type of channel
67 - failed TRANSIT_NETWORK_SELECTION_NOT_IMPLEMENTED
    Carrier selection not supported: The equipment does not support selecting a carrier
68 - failed MESSAGE_NOT_IMPLEMENTED
    Message not supported: The equipment does not support a signaling message of this call
69 - failed FACILITY_NOT_IMPLEMENTED REQUESTED_FACILITY_NOT_IMPLEMENTED
    Feature not supported: The equipment does not support a feature that was requested
70 488 failed ONLY_RESTRICTED_DIGITAL_INFORMATION_BEARER_CAPABILITY_IS_AVAILABLE
    Restricted bearer only: Only a restricted digital bearer is available
79 501 failed SERVICE_NOT_IMPLEMENTED SERVICE_OR_OPTION_NOT_IMPLEMENTED_UNSPECIFIED
    Not supported: The equipment does not support something that the call needs
81 - failed INVALID_CALL_REFERENCE INVALID_CALL_REFERENCE_VALUE
    Unknown call reference: A message referred to a call that the other end does not know
82 - failed IDENTIFIED_CHANNEL_DOES_NOT_EXIST
    No such channel: The selected channel does not exist on this line
83 - failed A_SUSPENDED_CALL_EXISTS_BUT_THIS_CALL_IDENTITY_DOES_NOT
    Wrong parked call: A call is parked, but under another identity
84 - failed CALL_IDENTITY_IN_USE
    Identity in use: Another call is parked under this identity already
85 - failed NO_CALL_SUSPENDED
    No parked call: There is no parked call to resume
86 - failed CALL_HAVING_THE_REQUESTED_CALL_IDENTITY_HAS_BEEN_CLEARED
    Parked call gone: The parked call had been cleared before it was resumed
87 403 rejected USER_NOT_MEMBER_OF_CUG
    Not in the user group: The called line does not belong to the caller's closed user group
88 503 failed INCOMPATIBLE_DESTINATION
    Incompatible destination: The called equipment cannot take this kind of call
89 - failed NON_EXISTENT_ABBREVIATED_ADDRESS_ENTRY
    No such speed dial: The abbreviated number is not set up
90 - failed NON_EXISTENT_CUG
    No such user group: The closed user group does not exist
91 - failed INVALID_TRANSIT_NETWORK_SELECTION
    Invalid carrier selection: The carrier selection is not valid
92 - failed INVALID_FACILITY_PARAMETER
    Invalid feature parameter: A feature was requested with an invalid parameter
95 - failed INVALID_MSG_UNSPECIFIED INVALID_MESSAGE_UNSPECIFIED
    Invalid message: A signaling message was not valid
96 - failed MANDATORY_IE_MISSING MANDATORY_INFORMATION_ELEMENT_IS_MISSING
    Element missing: A signaling message lacked a mandatory element
97 - failed MESSAGE_TYPE_NONEXIST MESSAGE_TYPE_NON_EXISTENT_OR_NOT_IMPLEMENTED
    Unknown message type: A signaling message was of an unknown type
98 - failed WRONG_MESSAGE MESSAGE_NOT_COMPATIBLE_WITH_CALL_STATE_OR_MESSAGE_TYPE_NON_EXISTENT
    Unexpected message: A signaling message did not fit the state of the call
99 - failed? IE_NONEXIST INFORMATION_ELEMENT_OR_PARAMETER_NON_EXISTENT_OR_NOT_IMPLEMENTED
    Unknown element: Part of a signaling message was not understood
100 - failed INVALID_IE_CONTENTS INVALID_INFORMATION_ELEMENT_CONTENTS
    Invalid element: Part of a signaling message, often the number, had an invalid value
101 - failed WRONG_CALL_STATE MESSAGE_NOT_COMPATIBLE_WITH_CALL_STATE
    Wrong call state: A signaling message came in a state of the call that does not allow it
102 504 failed RECOVERY_ON_TIMER_EXPIRE RECOVERY_ON_TIMER_EXPIRY
    Timer expired: An expected signaling message did not arrive in time
103 - failed? MANDATORY_IE_LENGTH_ERROR PARAMETER_NON_EXISTENT_OR_NOT_IMPLEMENTED_PASSED_ON
    Parameter passed on: A parameter was not understood, and passed on unchanged
110 - failed MESSAGE_WITH_UNRECOGNIZED_PARAMETER_DISCARDED
    Message discarded: A signaling message with an unknown parameter was discarded
111 500 failed PROTOCOL_ERROR PROTOCOL_ERROR_UNSPECIFIED
    Protocol error: Signaling failed with an unspecified protocol error
127 500 failed INTERWORKING INTERWORKING_UNSPECIFIED
    Interworking: Another kind of network, beyond a gateway, ended the call and gave no reason
- - unknown? SUCCESS
    Set up: The call was set up
- - failed CRASH
    Switch crashed: The switch crashed during the call
- - failed SYSTEM_SHUTDOWN
    Switch shut down: The switch was shut down during the call
26 - canceled LOSE_RACE
    Answered elsewhere: Another phone that rang for this call answered first
- - failed MANAGER_REQUEST
    Ended by an operator: The call was ended through the switch's management interface
- - unknown? BLIND_TRANSFER ATTENDED_TRANSFER
    Transferred: This leg ended because the call was transferred
- - failed ALLOTTED_TIMEOUT
    Time limit reached: The call reached the maximum duration allowed for it
21 401 failed USER_CHALLENGE
    Authentication required: The called side asked for credentials
- - failed? MEDIA_TIMEOUT
    No media: No audio arrived for too long, so the switch ended the call
26 - canceled PICKED_OFF
    Answered elsewhere: Another phone picked up the call while it was ringing here
20 480 no-answer USER_NOT_REGISTERED
    Not registered: The called phone was not registered
18 408 no-answer PROGRESS_TIMEOUT
    No response: The called side did not start to ring in time
- - failed INVALID_GATEWAY
    No such gateway: The gateway that the switch was to use does not exist
38 503 failed GATEWAY_DOWN
    Gateway down: The gateway that the call was to use was down
28 484 failed INVALID_URL
    Invalid address: The address that was called is not valid
- - failed INVALID_PROFILE
    No such profile: The SIP profile that the switch was to use does not exist
19 480 no-answer NO_PICKUP
    No answer: Nobody picked up the call
- - failed SRTP_READ_ERROR
    Encryption failed: The encrypted audio of the call could not be read
- - unknown? BOWOUT
    Left the call: The switch removed this leg from the call, which continued without it
17 600 busy BUSY_EVERYWHERE
    Busy: The called party was busy on every phone
21 603 rejected DECLINE
    Rejected: The called party declined the call
1 604 failed DOES_NOT_EXIST_ANYWHERE
    No such number: The called party does not exist anywhere
88 606 failed NOT_ACCEPTABLE
    Incompatible destination: The called side cannot take a call with this media
21 607 rejected UNWANTED
    Unwanted: The called party marked the call as unwanted
21 608 rejected REJECT_ALL
    Rejected: A service on behalf of the called party, such as a spam filter, refused the call
- 428 rejected NO_IDENTITY
    Caller not verified: The call carried no signature for the caller's number
- 436 failed BAD_IDENTITY_INFO
    Caller not verified: The certificate for the caller's signature could not be fetched
- 437 rejected UNSUPPORTED_CERTIFICATE
    Caller not verified: The certificate for the caller's signature was not accepted
- 438 rejected INVALID_IDENTITY
    Caller not verified: The signature for the caller's number is not valid
- 403 rejected STALE_DATE
    Caller not verified: The signature for the caller's number is too old
"""
"""Two lines each: number in Q.850, nearest SIP status, outcome, names; title and explanation.

A question mark follows an outcome that is none of the cause's own."""
