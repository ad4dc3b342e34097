"""What the codes of Vonage's errors mean."""

from callinspect.provider import Evidence, Words, said

_KEY = "Check that private_key belongs to application_id, and that this computer's clock is right"

ERROR = Words(
    "error",
    "type",
    {
        "unauthorized": said(
            "Credentials refused", "The token is invalid or has expired", _KEY, evidence=Evidence.SPEC
        ),
        "UNAUTHORIZED": said("Credentials refused", "Vonage's gateway refused the token", _KEY, evidence=Evidence.SEEN),
        "not-found": said(
            "Not found",
            "This region has no such call, or it is another application's",
            "Check the ID, application_id and base_url",
            evidence=Evidence.UNCONFIRMED,
        ),
        "rate-limit": said(
            "Too many requests",
            "The account sends more than 15 requests a second",
            "Send fewer",
            evidence=Evidence.UNCONFIRMED,
        ),
    },
)
