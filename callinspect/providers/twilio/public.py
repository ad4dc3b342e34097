"""What may be shown of Twilio's answers with --redact: no number, name, account, address or text."""

from callinspect.provider import under
from callinspect.providers import _laml

CALL = f"{_laml.PUBLIC} parent_call_sid queue_time stir_verstat api_version"

RECORDING = f"{_laml.PUBLIC_OF_RECORDINGS} track price price_unit api_version"

EVENT = "request.method"
EVENT += under("request.parameters", "call_sid call_status direction")
EVENT += under("response", "response_code request_duration content_type date_created")

NOTIFICATION = "sid call_sid error_code log message_date date_created date_updated request_method api_version"
