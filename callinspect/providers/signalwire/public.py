"""What may be shown of SignalWire's answers with --redact: no number, name, project, address or text.

A call of the compatibility API and an entry of the voice log are two objects.
"""

from callinspect.providers import _laml

LOG = """
    id parent_id type source status direction created_at discarded_at duration duration_ms billing_ms
    charge charge_details.charge
"""

CALL = f"""
    {_laml.PUBLIC} {LOG} parent_call_sid api_version sip_result_code audio_in_mos audio_rtt_avg audio_rtt_min
    audio_rtt_max audio_out_jitter_avg audio_out_jitter_min audio_out_jitter_max audio_out_lost
"""

RECORDING = f"{_laml.PUBLIC_OF_RECORDINGS} end_time channel trim price price_unit api_version"

EVENT = "log_id name level event_at"
