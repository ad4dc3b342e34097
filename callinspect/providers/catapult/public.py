"""What may be shown of Catapult's answers with --redact: no party, address, tag, header or text.

An event's `data` is not listed: it can be a cause, and what a caller keyed in.
"""

CALL = """
    id direction state startTime activeTime endTime chargeableDuration callTimeout bridgeId conferenceId
    recordingEnabled recordingFileFormat recordingMaxDuration transcriptionEnabled callbackHttpMethod callbackTimeout
"""

EVENT = "id time name"

RECORDING = "id state startTime endTime"

TRANSCRIPTION = "id state time chargeableDuration textSize"
