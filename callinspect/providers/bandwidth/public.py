"""What may be shown of Bandwidth's answers with --redact: no party, account, text or token."""

from callinspect.provider import under

CALL = """
    callId parentCallId applicationId direction state enqueuedTime startTime answerTime endTime lastUpdate
    disconnectCause errorId callTimeout privacy
""" + under("stirShaken", "verstat attestationIndicator originatingId")

RECORDING = """
    recordingId callId parentCallId applicationId direction channels startTime endTime duration fileFormat status
""" + under("transcription", "id status completedTime")

TRANSCRIPTION = "transcriptionId recordingId status"
