"""The response codes of SIP: those of the registry, and two of its first edition that gateways still map."""

from functools import cache

from callinspect.reference.explained import Explained, paragraphs, to

FIRST, LAST = 100, 699
"""The codes that a response can have."""

UNREGISTERED = frozenset({409, 411})
"""Codes of RFC 2543, which the registry no longer has."""

OURS = frozenset({607, 608})
"""Codes whose Q.850 value is the nearest one, and no mapping of RFC 3398."""

UNKNOWN_PROVISIONAL = 183
"""What a client takes an unknown provisional response for; any other one is taken for the first of its hundred."""


@cache
def entries() -> tuple[Explained, ...]:
    """Return every entry, by code."""
    return tuple(_entry(*each) for each in paragraphs(_TABLE))


def unregistered(code: int) -> Explained:
    """Return the entry of a code within the range that is not in the table."""
    instead = treated_as(code)
    known = next(each for each in entries() if each.word == instead)
    return Explained(
        table="sip",
        kind="status",
        word=str(code),
        title="Not registered",
        explanation=f"The registry has no such response; a client treats it as {instead} ({known.name})",
        next="Look at the Server or User-Agent header for the equipment that sends it, and ask its vendor",
        outcome=known.outcome,
        sip=code,
        registered=False,
        treated_as=instead,
        source="RFC 3261",
    )


def treated_as(code: int) -> str:
    """Return the code that a client treats an unknown one as."""
    first = code - code % 100
    return str(UNKNOWN_PROVISIONAL if first == FIRST else first)


def _entry(facts: str, explanation: str, next_: str) -> Explained:
    word, rfc, class_, outcome, q850, name = facts.split(maxsplit=5)
    code = int(word)
    value = None if q850 == "-" else int(q850)
    return Explained(
        table="sip",
        kind="status",
        word=word,
        name=name,
        title=name,
        explanation=explanation,
        next=None if next_ == "-" else next_,
        class_=class_,
        outcome=None if outcome == "-" else outcome,
        sip=code,
        q850=value,
        registered=code not in UNREGISTERED,
        treated_as=treated_as(code) if code in UNREGISTERED else None,
        also=() if value is None or code in OURS else (to("q850", value),),
        source=f"RFC {rfc}",
    )


_TABLE = """
100 3261 network - - Trying
    The next hop has the request and is working on it; the caller's end stops retransmitting
    If nothing follows, check the next hop: where it routed the call, and its log
180 3261 callee - - Ringing
    The called phone is ringing
    If the caller hears no ringback, check who should play it: the caller's end, or the far side (183)
181 3261 callee - - Call Is Being Forwarded
    The called side is forwarding the call to another destination
    Check the called user's forwarding; the History-Info or Diversion header names each step
182 3261 callee - - Queued
    The called side is not free, and has put the call in a queue instead of refusing it
    Check the queue: position, agents signed in, maximum wait
183 3261 network - - Session Progress
    The call is making progress; the caller may already hear a tone or an announcement, but nobody has answered
    Listen to what is played: it often says what is wrong
199 6228 network - - Early Dialog Terminated
    One branch of a forked call has ended; the others may still answer
    -
200 3261 callee answered - OK
    The call was answered, or the request was carried out
    If there is no audio, or only one way, compare media addresses and codecs in both SDP bodies
202 6665 network - - Accepted (Deprecated)
    A transfer or subscription was accepted; its result follows later
    Find the NOTIFY with the result
204 5839 network - - No Notification
    A subscription was refreshed and there is nothing new; this does not concern a call
    -
300 3261 callee - - Multiple Choices
    The called address has several destinations, and the caller's end has to choose one
    Check whether the caller's end follows redirects; the Contact header lists the choices
301 3261 callee - - Moved Permanently
    The called user has moved to a new address for good
    Update the stored number or route to the address in the Contact header
302 3261 callee - - Moved Temporarily
    The called user can be reached elsewhere for now, as with call forwarding
    If the call ended here, check whether the caller's side may follow redirects
305 3261 network - - Use Proxy
    The destination can be reached only through the proxy in the Contact header
    Route the call to that proxy, or correct the outbound proxy
380 3261 network failed - Alternative Service
    The call is not possible as requested; another service is offered, such as a mobile network's emergency route
    Read the body: it describes that service
400 3261 caller failed 41 Bad Request
    The request was malformed, so nobody was called
    Read the reason phrase and the Warning header, and compare the request with one that works
401 3261 caller failed 21 Unauthorized
    The server wants credentials; normal as a first response, an error as the last one
    Check user name, password and realm, and the clock if nonces expire
402 3261 policy failed 21 Payment Required
    Reserved in the standard; carriers send it when an account has no credit
    Check the account's balance and payments
403 3261 policy rejected 21 Forbidden
    The server understood the request and does not allow it; repeating it will not help
    Check what the caller may do: destination, caller ID, source address, registration, fraud rules
404 3261 callee failed 1 Not Found
    The server is certain that its domain has no such number or user
    Check the number as it was dialed (prefix, E.164), the domain, and that the carrier has the number in service
405 3261 network failed 63 Method Not Allowed
    The destination knows this method but does not accept it at this address
    Compare it with the Allow header; look for a rule of the SBC or PBX against it
406 3261 caller failed 79 Not Acceptable
    The destination cannot respond in any form that the request accepts
    Check the request's Accept, Accept-Encoding and Accept-Language headers
407 3261 caller failed 21 Proxy Authentication Required
    A proxy wants credentials; normal as a first response, an error as the last one
    Check that a second request is sent at all, then the trunk's or phone's user name, password and realm
408 3261 network no-answer 102 Request Timeout
    There was no response in time: the user could not be located, or the far side stayed silent
    Check that the next hop is reachable (DNS, firewall, transport), that the phone is registered, and the timers
409 2543 network failed 41 Conflict
    The first edition of SIP had this for a temporary conflict; it is no longer in the registry
    Find the old device that sends it
410 3261 callee failed 22 Gone
    The number or user existed once, and left no forwarding address
    Get the new number, and remove the old one from lists
411 2543 caller failed 127 Length Required
    The first edition of SIP asked for a Content-Length with this; it is no longer in the registry
    Find the old device that sends it
412 3903 network - - Conditional Request Failed
    A presence state had changed before it was updated; this does not concern a call
    -
413 3261 network failed 127 Request Entity Too Large
    The body of the request is larger than the server accepts
    Shorten the SDP: fewer codecs, candidates and attributes
414 3261 network failed 127 Request-URI Too Long
    The called address is longer than the server accepts
    Look for a loop that adds parameters to the Request-URI
415 3261 callee failed 79 Unsupported Media Type
    The destination cannot read a body of this type
    Send application/sdp; multipart only where the far side supports it
416 3261 caller failed 127 Unsupported URI Scheme
    The server does not support this kind of address, such as tel: instead of sip:
    Send the number as sip:NUMBER@DOMAIN;user=phone
417 4412 policy failed - Unknown Resource-Priority
    The server does not know the priority that the call asked for (emergency, military)
    Remove the Resource-Priority header, or agree on its namespace with the carrier
420 3261 caller failed 127 Bad Extension
    The request requires a SIP extension that the destination does not support
    Remove what the Unsupported header lists from Require or Proxy-Require
421 3261 caller failed 127 Extension Required
    The destination requires a SIP extension that the request did not offer
    Enable what the Require header names, often 100rel or timer
422 4028 network - - Session Interval Too Small
    The session timer is shorter than the server allows; the caller's end normally tries again by itself
    Raise Session-Expires to at least the Min-SE of the response
423 3261 network - 127 Interval Too Brief
    A registration would expire sooner than the server allows; this does not concern a call
    Raise the registration's Expires to the Min-Expires of the response
424 6442 caller failed - Bad Location Information
    The caller's location, sent with an emergency call for instance, cannot be used
    Check the Geolocation header and the location that it refers to
425 8876 caller failed - Bad Alert Message
    An automatic emergency alert could not be understood
    Check the alert (CAP) against what the emergency service expects
428 8224 policy rejected - Use Identity Header
    The called network accepts only calls with a signed caller ID, and this one is not signed
    Have the originating carrier sign it (STIR/SHAKEN), and check that no hop strips the Identity header
429 3892 policy rejected - Provide Referrer Identity
    A transfer was refused because nothing proves who requested it
    Have the transferring side send a signed Referred-By, or allow transfers without one
430 5626 callee failed - Flow Failed
    The connection through which the called phone registered is gone
    Check the phone's network, NAT and keep-alives, and have it register again
433 5079 policy rejected - Anonymity Disallowed
    The called party does not accept calls without caller ID
    Call again with caller ID
436 8224 policy failed - Bad Identity Info
    The certificate for the caller's signature could not be fetched
    Check that the verifying side can reach the URL in the Identity header's info parameter
437 8224 policy rejected - Unsupported Credential
    The certificate for the caller's signature is not trusted, or its algorithm is not supported
    Check the signing carrier's certificate: authority, expiry, algorithm
438 8224 policy rejected - Invalid Identity Header
    The caller's signature does not match the call
    Check whether a hop changes From, To or Date after signing, and the signer's clock
439 5626 network - - First Hop Lacks Outbound Support
    A registration asked for outbound support that the first proxy lacks; this does not concern a call
    Turn outbound support off on the phone, or on at its first proxy
440 5393 network failed - Max-Breadth Exceeded
    The call would have been forked to more destinations at once than allowed
    Make the ring group smaller, or look for a group that contains itself
469 6086 network - - Bad Info Package
    An INFO message during the call was of a kind that the other side does not support; the call goes on
    Agree on how to send DTMF or the other data
470 5360 policy rejected - Consent Needed
    The request is for a list of users, and one of them has not agreed to be called that way
    Get the consent of the addresses in the Permission-Missing header
480 3261 callee no-answer 18 Temporarily Unavailable
    The called side was reached, but not the user: not signed in, do not disturb, or no answer
    Check registration, do not disturb and ring timeout; Retry-After or the reason phrase may say more
481 3261 network failed 41 Call/Transaction Does Not Exist
    The other side has no such call: it ended there, or the request went to another server
    Check for restarts, failover, and hops that change tags or the Call-ID
482 3261 network failed 25 Loop Detected
    The call came back to a server that it had already passed
    Look for forwarding rules or default routes that point at each other
483 3261 network failed 25 Too Many Hops
    The call passed more servers than allowed, nearly always because of a loop
    Check the routes between PBX, SBC and carrier for one that sends the number back
484 3261 caller failed 28 Address Incomplete
    The number is too short, or not in the form that the server expects
    Check for missing digits, country or area code, and dial-plan rules that cut digits
485 3261 caller failed 1 Ambiguous
    The address matches several users
    Dial the full number or address
486 3261 callee busy 17 Busy Here
    The called phone was reached but cannot take the call: it is in use, or the user rejected the call
    Try later; check call waiting, the line's channel limit and forwarding on busy
487 3261 caller canceled - Request Terminated
    The call was given up before an answer, by the caller or by a ring timeout
    Compare ring times: the same value again and again is a timer, not a person
488 3261 caller failed - Not Acceptable Here
    The two sides have no media settings in common: codec, encryption or address type
    Compare codecs and SRTP in the SDP offer with what the far side supports; the Warning header may say which
489 6665 network - - Bad Event
    A subscription asked for a kind of event that the server does not have; this does not concern a call
    -
491 3261 network - - Request Pending
    Both sides changed the call at once; each tries again shortly
    If it repeats, look for a hop that responds to re-INVITEs by itself
493 3261 caller failed - Undecipherable
    The body is encrypted for a key that the destination does not have
    Turn S/MIME off, or exchange certificates
494 3329 network - - Security Agreement Required
    A mobile network wants to agree on security first; an error only as the last response
    Compare the Security-Client, Security-Server and Security-Verify headers
500 3261 network failed 41 Server Internal Error
    A server on the way, or the called system, has failed
    Find out which server sent it (Server header), check its log, and try again
501 3261 network failed 79 Not Implemented
    The server does not support the request at all
    Compare what was requested with what the product supports
502 3261 network failed 38 Bad Gateway
    A gateway got a response that it cannot use from the network behind it
    Ask the gateway's carrier about the link, routing and numbering behind it
503 3261 network failed 41 Service Unavailable
    The server is overloaded, under maintenance, or out of circuits for now
    Check Retry-After and the trunk's channel and rate limits; let the route fail over
504 3261 network failed 102 Server Time-out
    A server on the way got no response in time from another one (DNS, database, next carrier)
    Find the hop behind the one that sent this, and check DNS and reachability from there
505 3261 network failed 127 Version Not Supported
    The server does not support the SIP version of the request
    Look for a malformed first line: SIP/2.0 is the only version in use
513 3261 network failed 127 Message Too Large
    The message is larger than the server can process
    Use TCP or TLS instead of UDP, and shorten SDP and headers
555 8599 callee failed - Push Notification Service Not Supported
    The server does not support the push service that the called app registered with, so it cannot wake the app
    Check the push settings (pn-provider) of the app and its registrar
580 3312 network failed - Precondition Failure
    Resources that had to be reserved before ringing, such as a mobile voice bearer, were not available
    Check radio or quality-of-service reservation at both ends, or try without preconditions
600 3261 callee busy 17 Busy Everywhere
    The called user is busy on every device
    Try later; a 600 means that neither voicemail nor forwarding took the call
603 3261 callee rejected 21 Decline
    The called user, or a rule on the user's behalf, refused the call
    Ask whether someone rejected it; the reason phrase "Network Blocked" means that call analytics blocked it
604 3261 callee failed 1 Does Not Exist Anywhere
    The number or user does not exist anywhere
    Check the number, and remove it from lists
606 3261 callee failed - Not Acceptable
    The user is willing to talk, but none of their devices supports the media offered
    Compare codecs, encryption and bit rate; the Warning header may say which
607 8197 callee rejected 21 Unwanted
    The called user marked the call as unwanted (spam)
    Stop calling this number, and check how analytics services label the caller's number
608 8688 policy rejected 21 Rejected
    A service between the two parties, such as call analytics, blocked the call
    Call-Info names whom to contact for redress; check the reputation of the caller's number
"""
"""Three lines each: code, RFC, side, outcome, nearest Q.850 value, name; explanation; what to do next."""
