"""What may be shown of Telnyx' answers with --redact: no number, name, account, address, digit or client state.

A TeXML call and a Call Control call are two objects.
"""

from callinspect.provider import under
from callinspect.providers import _laml

CALL = f"""
    {_laml.PUBLIC} record_type call_control_id call_leg_id call_session_id is_alive call_duration
"""

ENVELOPES = "data"

QUALITY = """
    inbound.mos inbound.packet_count inbound.skip_packet_count inbound.jitter_max_variance inbound.jitter_packet_count
    outbound.packet_count outbound.skip_packet_count
"""

PAYLOAD = """
    call_control_id call_leg_id call_session_id connection_id direction state start_time end_time result
    hangup_cause hangup_source sip_hangup_cause
""" + under("call_quality_stats", QUALITY)

EVENT = "record_type type name event_timestamp call_leg_id call_session_id"
EVENT += under("metadata", "event_type occurred_at" + under("payload", PAYLOAD))
EVENT += under("metadata.raw.payload", "hangup_cause hangup_source sip_hangup_cause")

RECORDING = f"""
    {_laml.PUBLIC_OF_RECORDINGS} id track record_type call_control_id initiated_by created_at updated_at
    recording_started_at recording_ended_at duration_millis
"""
