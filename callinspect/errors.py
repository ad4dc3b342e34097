"""Every way a run can fail, each with its exit status and its stable code.

Exit statuses and codes are a public contract: runbooks branch on them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar


class CallinspectError(Exception):
    """One failure: what happened, to which call, and what to do next.

    Attributes:
        exit_status: the process's exit status when this ends the run.
        code: stable word for programs.
        retryable: whether the same command may succeed later.
        message: what happened, without a final full stop.
        vendor_message: whether the message is the vendor's, and shown in quotation marks.
        hints: what to do next, each in a few words.
        provider: name of the provider, or None.
        call_id: the call it happened to, or None.
        http_status: status of the vendor's response, or None.
        vendor_code: the vendor's own error code, or None.
        request_id: the ID that the vendor's support asks for, or None.
        retry_after: seconds to wait before retrying, or None.
    """

    exit_status: ClassVar[int]
    code: ClassVar[str]
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        vendor_message: bool = False,
        hint: str | Iterable[str] | None = None,
        http_status: int | None = None,
        vendor_code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.vendor_message = vendor_message
        self.hints: tuple[str, ...] = (hint,) if isinstance(hint, str) else tuple(hint or ())
        self.provider: str | None = None
        self.call_id: str | None = None
        self.http_status = http_status
        self.vendor_code = vendor_code
        self.request_id = request_id
        self.retry_after = retry_after

    def about(self, provider: str, call_id: str | None = None) -> "CallinspectError":
        """Set the call it happened to, unless already set; return the error itself."""
        self.provider = self.provider or provider
        self.call_id = self.call_id or call_id
        return self

    def because_of(self, cause: "CallinspectError") -> "CallinspectError":
        """Take over the facts of an earlier failure, and whether a retry may help; return the error itself."""
        for name in ("http_status", "vendor_code", "request_id", "retryable", "retry_after"):
            setattr(self, name, getattr(cause, name))
        return self

    def suggest(self, hint: str) -> "CallinspectError":
        """Put a hint before the others; return the error itself."""
        self.hints = (hint, *self.hints)
        return self

    @property
    def hint(self) -> str | None:
        """The hints as one text, or None."""
        return "; ".join(self.hints) or None

    @hint.setter
    def hint(self, text: str | None) -> None:
        self.hints = (text,) if text else ()

    @property
    def shown_message(self) -> str:
        """The message within a line of ours: a vendor's message is in quotation marks."""
        words = self.message.replace("“", "'").replace("”", "'")
        return f"“{words}”" if self.vendor_message else self.message

    def detached(self) -> "CallinspectError":
        """Return the error itself without its traceback.

        An error and a frame that refer to each other stay in memory until the garbage collector runs.
        """
        self.__context__ = None
        return self.with_traceback(None)

    def as_dict(self) -> dict[str, Any]:
        """The error object of the JSON error format, every key always present."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "hints": list(self.hints),
                "provider": self.provider,
                "call_id": self.call_id,
                "http_status": self.http_status,
                "vendor_code": self.vendor_code,
                "request_id": self.request_id,
                "retryable": self.retryable,
                "retry_after": self.retry_after,
            }
        }


class InternalError(CallinspectError):
    """A bug in callinspect."""

    exit_status = 70
    code = "internal"


class OutputError(CallinspectError):
    """The result could not be written (full disk, closed standard output)."""

    exit_status = 74
    code = "output"


class UsageError(CallinspectError):
    """The command line, an ID or the input is wrong or unreadable, or the vendor calls the request malformed (400)."""

    exit_status = 2
    code = "usage"


class NotFoundError(CallinspectError):
    """The vendor has no such call: it never existed, is gone, or is not visible yet; no provider has such IDs."""

    exit_status = 3
    code = "not_found"


class AuthMissingError(CallinspectError):
    """No complete set of credentials was found."""

    exit_status = 4
    code = "auth_missing"


class AuthRejectedError(CallinspectError):
    """The vendor refused the credentials."""

    exit_status = 4
    code = "auth_rejected"


class ForbiddenError(CallinspectError):
    """The credentials are valid but not allowed to do this."""

    exit_status = 5
    code = "forbidden"


class RateLimitedError(CallinspectError):
    """Rate limited for longer than --timeout allows."""

    exit_status = 6
    code = "rate_limited"
    retryable = True


CHECK_NETWORK = "check the network and base_url"
"""The hint where nothing better is known."""


class NetworkError(CallinspectError):
    """The vendor could not be reached, or the connection broke."""

    exit_status = 7
    code = "network"
    retryable = True


class TLSError(CallinspectError):
    """The TLS handshake failed, or the vendor's certificate is not trusted."""

    exit_status = 7
    code = "tls"


class VendorUnavailableError(CallinspectError):
    """The vendor reported an error of its own (HTTP 5xx), or a proxy or gateway answered in its place."""

    exit_status = 7
    code = "vendor_unavailable"
    retryable = True


class TimeoutReachedError(CallinspectError):
    """The time limit of wait or watch was reached."""

    exit_status = 8
    code = "timeout"


class KeyringError(CallinspectError):
    """The keyring is missing, locked, misconfigured or not responding."""

    exit_status = 10
    code = "keyring"


class ConfigError(CallinspectError):
    """A setting is invalid, or names an account, user or path that the vendor does not have."""

    exit_status = 10
    code = "config"


class UnusableFieldError(ConfigError):
    """The value of an account's field cannot be used.

    Attributes:
        field: its name.
    """

    def __init__(self, message: str, *, field: str = "", hint: str | Iterable[str] | None = None) -> None:
        super().__init__(message, hint=hint)
        self.field = field


class BadResponseError(CallinspectError):
    """The vendor's response could not be understood, or is about another call."""

    exit_status = 12
    code = "bad_response"


class UnmaskableError(BadResponseError):
    """The vendor's response is not JSON, so that --redact cannot mask it."""


IN_WORDS: Mapping[str, str] = {
    "internal": "internal error",
    "output": "not written",
    "usage": "invalid",
    "not_found": "not found",
    "auth_missing": "credentials missing",
    "auth_rejected": "credentials refused",
    "forbidden": "not permitted",
    "rate_limited": "rate limited",
    "network": "no response",
    "tls": "no secure connection",
    "vendor_unavailable": "vendor unavailable",
    "timeout": "timed out",
    "keyring": "keyring unusable",
    "config": "configuration unusable",
    "bad_response": "response not understood",
}
"""Each code as people say it, of one call or after a number of them."""


def with_doctor(error: CallinspectError, *given: str) -> tuple[str, ...]:
    """Return an error's hints; of a vendor that is not reached, where none is better, what checks the way there.

    Args:
        error: the error.
        given: the options that choose the account.
    """
    if not (isinstance(error, NetworkError) and error.provider and set(error.hints) <= {CHECK_NETWORK}):
        return error.hints
    return (f"{CHECK_NETWORK}: {' '.join(['callinspect doctor', error.provider, *given])}",)


DIFFERENT = 1
"""Exit status of `diff` when the two sides differ."""

SOME_FAILED = 9
"""Exit status when some of several calls failed."""

NOT_ANSWERED = 11
"""Exit status, with --exit-status, when the call ended with another outcome than answered."""

NOT_EXECUTABLE = 126
"""Exit status of `sandbox run`, as of a shell, when the command cannot be executed."""

NO_SUCH_PROGRAM = 127
"""Exit status of `sandbox run`, as of a shell, when there is no such command."""

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

SIGNALLED = 128
"""Added to a signal's number: 143 after SIGTERM, 129 after SIGHUP."""

READER_GONE = 141
"""Exit status when standard output was closed (broken pipe)."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the closest known word for a hint, None if none is close."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), None)


def suggestion(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """Return the hint for an unknown word: the closest known one, else what is given for that case."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else otherwise


def either(words: Iterable[str]) -> str:
    """Return alternatives as they are said: `a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
