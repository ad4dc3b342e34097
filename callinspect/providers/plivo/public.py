"""What may be shown of Plivo's answers with --redact: no number, name, address or text.

A call's record, a live call and a queued one are three objects; what they share has the same names.
"""

CALL = """
    call_uuid parent_call_uuid request_uuid conference_uuid api_id call_direction direction call_state call_status
    initiation_time answer_time end_time session_start call_duration bill_duration billed_duration
    hangup_cause_code hangup_cause_name hangup_source total_amount total_rate
    stir_verification stir_attestation Stir_attestation
"""

RECORDING = """
    recording_id call_uuid add_time recording_start_ms recording_end_ms recording_duration_ms
    rounded_recording_duration recording_format recording_type
    recording_storage_duration recording_storage_rate monthly_recording_storage_amount
"""

TRANSCRIPTION = "transcription_id recording_id api_id status recording_start_ms recording_duration_ms cost rate"
