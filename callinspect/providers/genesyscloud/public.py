"""What may be shown of Genesys Cloud's answers with --redact: no address, name, user, queue, attribute or text.

The IDs of participants are those of a participation, not of people. The call's document, the analytics' and the
conversation's share most of their words.
"""

from callinspect.provider import under

SEGMENT = """
    segmentStart segmentEnd segmentType startTime endTime type howEnded disconnectType conference
    sipResponseCodes q850ResponseCodes errorCode audioMuted
    sourceSessionId sourceConversationId destinationSessionId destinationConversationId
"""

SUPERVISION = "monitoredParticipantId coachedParticipantId bargedParticipantId consultParticipantId bargedTime"

MEDIA = """
    state direction disconnectType held muted confined recording recordingState securePause provider
    startAlertingTime connectedTime startHoldTime
"""

SESSION = f"""
    sessionId protocolCallId peerId edgeId mediaType direction provider recording {SUPERVISION}
    metrics.name metrics.value metrics.emitDate usedRouting flow.flowId flow.flowType flow.exitReason
    mediaEndpointStats.eventTime mediaEndpointStats.codecs mediaEndpointStats.minMos mediaEndpointStats.minRFactor
    mediaEndpointStats.maxLatencyMs mediaEndpointStats.receivedPackets mediaEndpointStats.discardedPackets
    mediaEndpointStats.duplicatePackets mediaEndpointStats.invalidPackets mediaEndpointStats.overrunPackets
    mediaEndpointStats.underrunPackets
""" + under("segments", SEGMENT)

LEG = f"""
    id initialState peerId {MEDIA} disconnectedTime recordingId
    errorInfo.code disconnectReasons.type disconnectReasons.code
""" + under("segments", SEGMENT)

PARTICIPANT = f"""
    id participantId purpose {MEDIA} startTime endTime parkTime resumeTime {SUPERVISION} peer transferSource
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

EVENT = f"participantId {SEGMENT}"

RECORDING = """
    id conversationId sessionId fileState media mediaSubtype region startTime endTime
    archiveDate archiveMedium deleteDate restoreExpirationTime
"""
