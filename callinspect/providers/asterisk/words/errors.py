"""What ARI refuses with."""

from callinspect.provider import Words, said

ERROR = Words(
    "error",
    "message",
    {
        "Channel not found": said(
            "No such channel", "It never existed, or it is over", "Look in the CDRs for a call that is over"
        ),
        "Authentication required": said(
            "Wrong login", "The user or the password is wrong", "Check the user in ari.conf"
        ),
        "Access denied by ACL": said(
            "Address refused",
            "The user may not log in from this address",
            "Check permit and deny of the user in ari.conf",
        ),
        "Write access denied": said("Read only", "The user may read only; nothing more is needed here"),
        "Resource not found": said("No such path", "ARI has no such path in this version", "Check base_url"),
        "ARI URLs do not end with a slash": said(
            "Slash at the end", "The path ends with a slash; Asterisk says what to try instead", "Check base_url"
        ),
        "Unsupported channel type": said("Not SIP", "Only channels of SIP have RTP statistics"),
        "Invalid method": said("Not for reading", "The path does not answer a GET, as create and externalMedia do not"),
        "Provided channel was not found": said("Channel over", "The channel ended before its variables were read"),
        "Provided variable was not found": said("Not set", "The variable is not set on this channel"),
        "Unable to read provided function": said(
            "No such function",
            "The function is not for this kind of channel, or its module is not loaded",
            "Load the function's module, such as func_cdr.so",
        ),
        "Allocation failed": said(
            "Out of memory", "Asterisk had no memory left for the answer", "Check the server's memory"
        ),
        "Asterisk not booted": said("Starting", "Asterisk is starting, which takes about a second", "Try again"),
    },
)
