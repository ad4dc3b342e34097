"""What a record must say of a call of Twilio."""

import re
from functools import partial

from second_opinion.expected import _laml
from second_opinion.reading import Call

DIALECT = _laml.Dialect(
    directions={
        "inbound": "inbound",
        "outbound-api": "outbound",
        "outbound-dial": "outbound",
        "trunking-originating": "inbound",
        "trunking-terminating": "outbound",
    },
    answered_by={
        "human": "human",
        "fax": "fax",
        "machine": "machine",
        "machine_start": "machine",
        **{f"machine_end_{how}": "machine" for how in ("beep", "silence", "other")},
    },
    kept=("account_sid", "phone_number_sid", "queue_time", "trunk_sid", "group_sid", "api_version", "subresource_uris"),
)
common = partial(_laml.expected, DIALECT)


def expected(call: Call) -> Call:
    verified = call.get("stir_verstat") or None
    attested = re.search(r"(?:Passed|Failed)-([ABC])\b", verified or "")
    notifications = call.get("with notifications") or []
    return {
        **common(call),
        "from.name": call.get("caller_name") or None,
        "verification.result": verified,
        "verification.attestation": attested and attested[1],
        **{f"vendor.notifications.{index}.sid": each["sid"] for index, each in enumerate(notifications)},
    }
