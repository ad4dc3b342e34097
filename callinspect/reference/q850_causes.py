"""The causes of Q.850, and those of older or national standards that still turn up; read by `q850`."""

TABLE = """
0 - failed? network - Valid cause code not yet received | NONE
    No cause yet: No cause had been set when this record was written
    Look for the cause in a later record of the same call
1 404 failed callee RLN,LN Unallocated (unassigned) number | UNALLOCATED_NUMBER
    No such number: The number is well formed, but not assigned to anyone
    Check the number; if others reach it, suspect outdated porting data
2 404 failed network LN,TN No route to specified transit network | NO_ROUTE_TRANSIT_NET
    No route to the carrier: The carrier chosen for the call cannot be reached from there
    Check the carrier selection prefix or the trunk's route
3 404 failed network TN,RLN No route to destination | NO_ROUTE_DESTINATION
    No route: There is no route to this number
    Check the route for this prefix, and whether the carrier has opened the country or number range
4 - failed network RLN Send special information tone
    Announcement to the caller: Out of reach for the long term; the caller hears a special tone or an announcement
    Listen to the announcement: the number may be withdrawn, or its range not in service
5 - failed caller LN Misdialled trunk prefix
    Wrong trunk prefix: The number was dialed with a trunk prefix that does not belong there
    Remove the leading 0 or 1 in the dial plan
6 - failed network LN,U Channel unacceptable
    Channel not acceptable: The channel that was selected cannot carry this call
    Compare the channel numbering on both ends, and check for glare (both ends seized the channel)
7 - failed? callee U Call awarded and being delivered in an established channel | CALL_AWARDED_DELIVERED
    Delivered on an open channel: The call was handed to the user on a channel that was already open
    -
8 - failed policy - Preemption
    Preempted: The call was cleared to make room for one with higher priority
    Try again; priority calls (emergency, MLPP) may hold the circuits
9 - failed policy - Preemption, circuit reserved for reuse
    Preempted, circuit reserved: The call was cleared for one with higher priority, which takes its circuit
    Try again; priority calls (emergency, MLPP) may hold the circuits
10 - failed caller LN Prefix 1 dialed but not required
    Prefix 1 not needed: The number was dialed with a leading 1 that is not required
    Correct the dial-plan rule for the leading 1
11 - failed? caller LN More digits received than allowed, call is proceeding
    Too many digits: More digits were dialed than needed; the call went on without them
    Strip the extra digits in the dial plan
13 - canceled callee U,RLN Call completed elsewhere
    Answered elsewhere: Another phone took the call, so this one stopped ringing
    Nothing went wrong: find the leg that was answered
14 - failed? network RLN QoR: ported number
    Ported number: The number was ported to another carrier; the exchange asks for a lookup
    Check the number-portability lookup of the originating carrier
16 - unanswered? either U Normal call clearing | NORMAL_CLEARING
    Ended normally: One side hung up
    Check which side released the call; the same duration over many calls points to a timer
17 486 busy callee U,RLN User busy
    Busy: The called party was busy
    Try later; check call waiting, the number of channels and forwarding on busy
18 408 no-answer callee RLN No user responding | NO_USER_RESPONSE
    No response: The called equipment did not respond at all, not even by ringing
    Check that the phone or PBX is up, registered and in coverage
19 480 no-answer callee RLN,LN No answer from user (user alerted) | NO_ANSWER NO_ANSWER_FROM_USER
    No answer: It rang, but nobody answered in time
    Compare the ring timeout with forwarding on no answer
20 480 no-answer callee RLN Subscriber absent
    Not reachable: The called phone was switched off, out of coverage or not registered
    Try later; check the called device's registration or coverage
21 403 rejected callee U Call rejected
    Rejected: The call was refused although the line was free
    If the user set it (location U), ask the user; otherwise check screening, barring and permissions
22 410 failed callee RLN Number changed
    Number changed: The called party has another number now
    Get the new number; it may be in the diagnostic field
23 410 failed? network RLN Redirection to new destination
    Redirected: The exchange asked for the call to be routed to another destination
    If the caller got this, find the network that does not follow the redirection
24 - rejected policy RLN,U Call rejected due to feature at the destination
    Rejected by a feature: A feature of the called line, such as anonymous call rejection, refused it
    Call with caller ID, and ask which feature is active
25 - failed network TN,RLN Exchange routing error
    Routing error: The call was routed in a loop or over too many hops
    Look for routes and forwarding rules that point at each other
26 404 canceled callee U,TN,RLN Non-selected user clearing
    Answered elsewhere: The phone was offered the call, but another phone answered
    Find the leg that was answered; in North America also check the porting lookup
27 502 failed callee RLN Destination out of order
    Destination out of order: The line or link to the called party is not working
    Check the called side's line or trunk with its carrier
28 484 failed caller LN,TN Invalid number format (address incomplete) | INVALID_NUMBER_FORMAT ADDRESS_INCOMPLETE
    Invalid number: The number is incomplete or not in a valid format
    Check country and area code, the type of number, and rules that cut digits
29 501 failed network - Facility rejected
    Service rejected: A supplementary service that the call asked for cannot be provided
    Find the service (transfer, forwarding, withheld caller ID) and whether it is subscribed
30 - failed? network U,LN Response to STATUS ENQUIRY
    Status response: This answers a STATUS ENQUIRY message and ends no call
    -
31 480 unknown? network - Normal, unspecified | UNSPECIFIED
    No reason given: The call ended normally; the network gave no further reason
    Check the logs of both ends: gateways use it for whatever they cannot map
33 - failed network LN,TN Circuit out of order
    Circuit out of order: The circuit is defective
    Have the carrier check the circuit
34 503 failed network LN,TN,RLN No circuit/channel available | NORMAL_CIRCUIT_CONGESTION
    No free circuit: No circuit or channel was free on the way
    Check how many channels of the trunk were in use then, and the overflow route
35 - failed network - Destination unattainable
    Destination out of reach: The destination could not be reached
    Check the route for this prefix
37 - failed network - Degraded service
    Degraded service: The requested quality could not be kept up
    Check the bearer and bit rate that were requested
38 503 failed network - Network out of order
    Network out of order: The network is down and not expected back soon
    Check the carrier's status page, and use another route
39 - failed? network - Permanent frame mode connection out of service
    Frame relay out of service: This concerns a permanent frame relay connection, not a call
    -
40 - failed? network - Permanent frame mode connection operational
    Frame relay in service: This concerns a permanent frame relay connection, not a call
    -
41 503 failed network - Temporary failure | NORMAL_TEMPORARY_FAILURE
    Temporary failure: The network had a temporary fault; the same call may work when tried again
    Try again; if it lasts, look at the hop that sent it
42 503 failed network - Switching equipment congestion | SWITCH_CONGESTION
    Congestion: A switch on the way was overloaded
    Try again, spread the calls, and check the limits on call rate and concurrent calls
43 - failed? network - Access information discarded | ACCESS_INFO_DISCARDED
    Information discarded: Information sent along with the call was dropped on the way
    Act only if that information is needed, such as a subaddress or user-to-user data
44 - failed network U,LN Requested circuit/channel not available | REQUESTED_CHAN_UNAVAIL
    Channel not available: The particular channel that was requested is not available
    Compare the channel's state on both ends, and reset it
45 - failed policy - Pre-empted
    Preempted: The call was cleared for one with higher priority
    Try again; priority calls may hold the circuits (newer switches send 8 or 9)
46 - failed policy - Precedence call blocked
    Priority call blocked: No circuit could be freed for this priority call
    Check the call's priority level and what is in use
47 503 failed network - Resources unavailable, unspecified | RESOURCE_UNAVAILABLE
    No resources: A resource that the call needs was used up; which one is not stated
    Check channels, DSPs and licenses of the hop that sent it
49 - failed network - Quality of service unavailable
    Quality not available: The requested quality of service cannot be provided
    Check the bearer and bit rate that were requested
50 - failed policy LN,RLN Requested facility not subscribed | FACILITY_NOT_SUBSCRIBED
    Not subscribed: The line is not subscribed to a service that the call asked for
    Subscribe to the service, or stop requesting it
51 - rejected policy RLN Reverse charging not allowed
    No reverse charging: Reverse charging is not permitted for this call
    Call without reverse charging
52 - rejected policy LN Outgoing calls barred | OUTGOING_CALL_BARRED
    Outgoing calls barred: The calling line is not allowed to make this call
    Check the line's barring and the status of its account
53 - rejected policy LN Outgoing calls barred within CUG
    Outgoing calls barred in the group: This member of a closed user group may not make calls within the group
    Check the settings of the closed user group
54 - rejected policy RLN Incoming calls barred | INCOMING_CALL_BARRED
    Incoming calls barred: The called line does not accept incoming calls
    Check the barring of the called line
55 403 rejected policy RLN Incoming calls barred within CUG
    Incoming calls barred in the group: This member of a closed user group may not receive calls from within the group
    Check the settings of the closed user group
56 - busy callee RLN Call waiting not subscribed
    Busy, no call waiting: The called line was busy and has no call waiting
    Try later, or have call waiting set up
57 403 rejected policy LN,RLN Bearer capability not authorized | BEARERCAPABILITY_NOTAUTH
    Bearer not authorized: The line may not use this bearer capability
    Request speech or 3.1 kHz audio for a telephone call
58 503 failed network - Bearer capability not presently available | BEARERCAPABILITY_NOTAVAIL
    Bearer not available: The requested bearer capability is not available at present
    Check the codecs first, then the capacity for this bearer
62 - failed policy LN Inconsistency in designated outgoing access information and subscriber class
    Not allowed for this line: What the call asks for is inconsistent with the class of the line
    Check the line's profile in its exchange
63 - failed network - Service or option not available, unspecified | SERVICE_UNAVAILABLE
    Service not available: A service that the call needs is not available
    Check the features that the call setup requests
65 488 failed network U Bearer capability not implemented | BEARERCAPABILITY_NOTIMPL
    Bearer not supported: The equipment does not support this bearer capability, or the codec
    Compare bearer and codec with what the far side supports
66 - failed network U,LN Channel type not implemented | CHAN_NOT_IMPLEMENTED
    Channel type not supported: The equipment does not support this type of channel
    Compare the line type on both ends
67 - failed network LN Transit network selection not implemented
    Carrier selection not supported: The equipment does not support selecting a carrier
    Remove the carrier selection
68 - failed network U,LN Message not implemented
    Message not supported: The equipment does not support a signaling message of this call
    Compare the protocol variants of both ends
69 - failed network U,LN Requested facility not implemented | FACILITY_NOT_IMPLEMENTED
    Feature not supported: The equipment does not support a feature that was requested
    Stop requesting it
70 488 failed network - Only restricted digital information bearer capability is available
    Restricted bearer only: Only a restricted digital bearer is available
    For data calls only: accept the restricted bearer
79 501 failed network U Service or option not implemented, unspecified | SERVICE_NOT_IMPLEMENTED
    Not supported: The equipment does not support something that the call needs
    Check the features and codecs that the call requests
81 - failed network U,LN Invalid call reference value | INVALID_CALL_REFERENCE
    Unknown call reference: A message referred to a call that the other end does not know
    Check whether one end was restarted, and the link's layer 2
82 - failed network U,LN Identified channel does not exist
    No such channel: The selected channel does not exist on this line
    Compare the number of channels configured on both ends
83 - failed caller LN A suspended call exists, but this call identity does not
    Wrong call identity: A call is suspended, but under another identity
    Resume the call with the identity under which it was suspended
84 - failed caller LN Call identity in use
    Call identity in use: Another call is suspended under this identity already
    Choose another identity
85 - failed caller LN No call suspended
    No suspended call: There is no suspended call to resume
    Check whether the call has ended, or was resumed already
86 - failed caller LN Call having the requested call identity has been cleared
    Suspended call cleared: The suspended call was cleared before it was resumed
    Check how long the exchange keeps suspended calls
87 403 rejected policy LN,RLN User not member of CUG
    Not in the user group: The called line does not belong to the caller's closed user group
    Check the membership of the closed user group
88 503 failed callee U Incompatible destination
    Incompatible destination: The called equipment cannot take this kind of call
    Check bearer, high-layer compatibility and codec
89 - failed caller LN Non-existent abbreviated address entry
    No such speed dial: The abbreviated number is not set up
    Check the speed-dial table
90 - failed policy LN Non-existent CUG
    No such user group: The closed user group does not exist
    Check the index of the closed user group
91 - failed network LN Invalid transit network selection
    Invalid carrier selection: The carrier selection is not valid
    Check the carrier code
92 - failed network LN Invalid facility parameter
    Invalid feature parameter: A feature was requested with an invalid parameter
    Check the parameter of that service
93 - failed network U,LN Mandatory information element is missing
    Element missing: A signaling message lacked a mandatory element; newer switches send 96 for this
    Find the element in the diagnostics, and compare the protocol variants of both ends
95 - failed network U,LN Invalid message, unspecified | INVALID_MSG_UNSPECIFIED
    Invalid message: A signaling message was not valid
    Take a signaling trace, and compare the protocol variants of both ends
96 - failed network U,LN Mandatory information element is missing | MANDATORY_IE_MISSING
    Element missing: A signaling message lacked a mandatory element
    Find the element in the diagnostics, and compare the protocol variants of both ends
97 - failed network U,LN Message type non-existent or not implemented | MESSAGE_TYPE_NONEXIST
    Unknown message type: A signaling message was of an unknown type
    Compare the protocol variants of both ends
98 - failed network U,LN Message not compatible with call state or message type non-existent | WRONG_MESSAGE
    Unexpected message: A signaling message did not fit the state of the call
    Take a signaling trace, and check the timing between the ends
99 - failed? network U,LN Information element or parameter non-existent or not implemented | IE_NONEXIST
    Unknown element: Part of a signaling message was not understood
    Find the element in the diagnostics; the call often goes on
100 - failed network U,LN Invalid information element contents | INVALID_IE_CONTENTS
    Invalid element: Part of a signaling message, often the number, had an invalid value
    Check type of number, numbering plan and digits
101 - failed network U,LN Message not compatible with call state | WRONG_CALL_STATE
    Wrong call state: A signaling message came in a state of the call that does not allow it
    Take a signaling trace, and check the timing between the ends
102 504 failed network - Recovery on timer expiry | RECOVERY_ON_TIMER_EXPIRE
    Timer expired: An expected signaling message did not arrive in time
    Find the timer in the diagnostics, and the hop that stayed silent
103 - failed? network TN Parameter non-existent or not implemented, passed on | MANDATORY_IE_LENGTH_ERROR
    Parameter passed on: A parameter was not understood, and passed on unchanged
    Some ISDN stacks send this for an element of the wrong length: then compare protocol variants
110 - failed network TN,RLN Message with unrecognized parameter, discarded
    Message discarded: A signaling message with an unknown parameter was discarded
    Compare the protocol variants of the two networks
111 500 failed network - Protocol error, unspecified | PROTOCOL_ERROR
    Protocol error: Signaling failed with an unspecified protocol error
    Take a signaling trace at the hop that sent it
127 500 failed network BI Interworking, unspecified | INTERWORKING
    Interworking: Another kind of network, beyond a gateway, ended the call and gave no reason
    Look beyond the gateway: the reason is on its other side
"""
"""Three lines each: value, nearest SIP status, outcome, side, locations (RFC 8606) and the standard's name, then other
names; title and explanation; what to do next.

A question mark follows an outcome that is none of the cause's own."""
