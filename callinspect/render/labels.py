"""What a card calls the fields of a record, by their paths."""

MOMENTS = {
    "queued_at": "queued",
    "created_at": "created",
    "answered_at": "answered",
    "ended_at": "ended",
    "updated_at": "updated",
}
"""The moments, in their order."""

LABELS = {
    "session_id": "Session",
    "parent_id": "Parent",
    "ended_by": "ended by",
    "cause.code": "cause",
    "cause.explanation": "why",
    "cause.sip": "SIP",
    "cause.q850": "Q.850",
    "cause.error_id": "error",
    "cause.next": "next",
    "answered_by": "Answered by",
    "cost": "Cost",
    "cost.amount": "Cost",
    "cost.currency": "currency",
    "quality": "Quality",
    "quality.mos": "MOS",
    "quality.jitter_ms": "jitter (ms)",
    "quality.loss_percent": "loss (%)",
    "quality.rtt_ms": "round trip (ms)",
    "media.muted": "Muted",
    "recording.enabled": "Recording",
    "recording.state": "Recording",
    "recording.url": "Recorded",
    "recording.transcription_enabled": "Transcription",
    "recording.transcription_url": "Transcribed",
    "verification.result": "Verification",
    "verification.attestation": "attestation",
    "monitoring.state": "Monitoring",
    "monitoring.monitored": "this user is monitoring the call",
    "monitoring.listening_in": "a supervisor is listening in",
    "monitoring.monitored_user_muted": "the monitored user is muted",
    "related.device.state": "Device",
    "related.device.user_state": "user of the device",
    "related.device.do_not_disturb": "do not disturb",
    **MOMENTS,
}
"""All fields that are not called by their path."""
