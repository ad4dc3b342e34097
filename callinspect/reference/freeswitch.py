"""Causes of FreeSWITCH that Q.850 does not have; read by `q850`."""

TABLE = """
- - unknown? SUCCESS
    Set up: The call was set up
    -
- - failed CRASH
    Switch crashed: The switch crashed during the call
    Check the switch's log at that time
- - failed SYSTEM_SHUTDOWN
    Switch shut down: The switch was shut down during the call
    Check who restarted the switch, and call again
26 - canceled LOSE_RACE
    Answered elsewhere: Another phone that rang for this call answered first
    Nothing went wrong: find the leg that was answered
- - failed MANAGER_REQUEST
    Ended by an operator: The call was ended through the switch's management interface
    Check who or what ended it: an operator, a script or an application
- - unknown? BLIND_TRANSFER ATTENDED_TRANSFER
    Transferred: This leg ended because the call was transferred
    Find the leg that the call was transferred to
- - failed ALLOTTED_TIMEOUT
    Time limit reached: The call reached the maximum duration allowed for it
    Check the call's maximum duration
21 401 failed USER_CHALLENGE
    Authentication required: The called side asked for credentials
    Check user name, password and realm
- - failed? MEDIA_TIMEOUT
    No media: No audio arrived for too long, so the switch ended the call
    Check media addresses, NAT and firewall on both sides, and the timeout
26 - canceled PICKED_OFF
    Answered elsewhere: Another phone picked up the call while it was ringing here
    Nothing went wrong: find the leg that was answered
20 480 no-answer USER_NOT_REGISTERED
    Not registered: The called phone was not registered
    Check the phone's registration
18 408 no-answer PROGRESS_TIMEOUT
    No response: The called side did not start to ring in time
    Check that the called side can be reached, and the timeout
- - failed INVALID_GATEWAY
    No such gateway: The gateway that the switch was to use does not exist
    Check the gateway's name in the dial plan
38 503 failed GATEWAY_DOWN
    Gateway down: The gateway that the call was to use was down
    Check the gateway's registration, and that it can be reached
28 484 failed INVALID_URL
    Invalid address: The address that was called is not valid
    Check the address in the dial plan
- - failed INVALID_PROFILE
    No such profile: The SIP profile that the switch was to use does not exist
    Check the profile's name in the dial plan
19 480 no-answer NO_PICKUP
    No answer: Nobody picked up the call
    Compare the ring timeout with forwarding on no answer
- - failed SRTP_READ_ERROR
    Encryption failed: The encrypted audio of the call could not be read
    Compare the SRTP settings and keys of both sides
- - unknown? BOWOUT
    Left the call: The switch removed this leg from the call, which continued without it
    Find the leg that continued
17 600 busy BUSY_EVERYWHERE
    Busy: The called party was busy on every phone
    Try later
21 603 rejected DECLINE
    Rejected: The called party declined the call
    Ask whether someone rejected it
1 604 failed DOES_NOT_EXIST_ANYWHERE
    No such number: The called party does not exist anywhere
    Check the number, and remove it from lists
88 606 failed NOT_ACCEPTABLE
    Incompatible destination: The called side cannot take a call with this media
    Compare codecs and encryption
21 607 rejected UNWANTED
    Unwanted: The called party marked the call as unwanted
    Stop calling this number
21 608 rejected REJECT_ALL
    Rejected: A service on behalf of the called party, such as a spam filter, refused the call
    Check the reputation of the caller's number
- 428 rejected NO_IDENTITY
    Caller not verified: The call carried no signature for the caller's number
    Have the originating carrier sign the call (STIR/SHAKEN)
- 436 failed BAD_IDENTITY_INFO
    Caller not verified: The certificate for the caller's signature could not be fetched
    Check that the certificate's URL can be reached
- 437 rejected UNSUPPORTED_CERTIFICATE
    Caller not verified: The certificate for the caller's signature was not accepted
    Check the signing carrier's certificate
- 438 rejected INVALID_IDENTITY
    Caller not verified: The signature for the caller's number is not valid
    Check whether a hop changes From, To or Date after signing
- 403 rejected STALE_DATE
    Caller not verified: The signature for the caller's number is too old
    Check the signer's clock
"""
"""Three lines each: nearest Q.850 value and SIP status, outcome, names; title and explanation; what to do next.

A question mark follows an outcome that is none of the cause's own."""
