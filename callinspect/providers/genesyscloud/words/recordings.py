"""What the states of a recording mean."""

from callinspect.model import StoredState
from callinspect.provider import Words, meanings, said

_RESTORE = "An administrator can restore it"

FILE = Words(
    "recording-file",
    "fileState",
    {
        "UPLOADING": said("Uploading", "The recording is not complete yet", means=StoredState.PROCESSING),
        "AVAILABLE": said("Available", "The recording can be played", means=StoredState.AVAILABLE),
        "RESTORED": said("Restored", "The recording was archived and can be played", means=StoredState.AVAILABLE),
        "ARCHIVED": said(
            "Archived", "The recording is kept, and cannot be played now", _RESTORE, means=StoredState.PARTIAL
        ),
        "RESTORING": said("Restoring", "The recording is being brought back", means=StoredState.PARTIAL),
        "DELETED": said("Deleted", "The recording was deleted", means=StoredState.DELETED),
        "ERROR": said("Failed", "The recording could not be stored", means=StoredState.FAILED),
    },
)

FILES = meanings(FILE.words)
