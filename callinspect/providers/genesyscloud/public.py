"""What may be shown of Genesys Cloud's answers with --redact: no address, name, user, queue, attribute or text.

The IDs of participants are those of a participation, not of people. The call's document, the analytics' and the
conversation's share most of their words.
"""

from callinspect.provider import under

SEGMENT = """
    segmentStart segmentEnd segmentType disconnectType conference sipResponseCodes q850ResponseCodes errorCode
    audioMuted sourceSessionId sourceConversationId destinationSessionId destinationConversationId
"""

SEGMENT_OF_LEG = "startTime endTime type howEnded disconnectType"

SUPERVISED = "monitoredParticipantId coachedParticipantId bargedParticipantId"

MEDIA = """
    state direction disconnectType held muted confined recording recordingState securePause provider
    startAlertingTime connectedTime startHoldTime
"""

QUALITY = """
    eventTime codecs minMos minRFactor maxLatencyMs receivedPackets discardedPackets duplicatePackets invalidPackets
    overrunPackets underrunPackets
"""

SESSION = f"""
    sessionId protocolCallId peerId mediaType direction provider recording usedRouting {SUPERVISED}
    flow.flowId flow.flowType flow.exitReason metrics.name metrics.value metrics.emitDate
"""
SESSION += under("segments", SEGMENT) + under("mediaEndpointStats", QUALITY)

LEG = f"""
    id initialState peerId {MEDIA} disconnectedTime recordingId
    errorInfo.code disconnectReasons.type disconnectReasons.code
"""
LEG += under("segments", SEGMENT_OF_LEG)

PARTICIPANT = f"""
    id participantId purpose {MEDIA} startTime endTime parkTime resumeTime {SUPERVISED} consultParticipantId bargedTime
    peer transferSource
    alertingTimeoutMs conversationRoutingData.priority errorInfo.code flaggedReason
    wrapupRequired wrapupPrompt wrapupTimeoutMs wrapupSkipped wrapup.durationSeconds startAcwTime endAcwTime
"""

CALL = """
    id recordingState securePause maxParticipants inactivityTimeout startTime endTime
    conversationId conversationStart conversationEnd conversationInitiator originatingDirection
    mediaStatsMinConversationMos mediaStatsMinConversationRFactor
"""
CALL += under("participants", PARTICIPANT + under("sessions", SESSION) + under("calls", LEG))
CALL += under("recentTransfers", "id state dateIssued transferType")

EVENT = f"participantId {SEGMENT} {SEGMENT_OF_LEG}"

RECORDING = """
    id conversationId sessionId fileState media mediaSubtype region startTime endTime
    archiveDate archiveMedium deleteDate restoreExpirationTime
"""
