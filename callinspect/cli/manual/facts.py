"""What holds for every command: exit codes, environment variables, files."""

from collections.abc import Mapping

from callinspect import errors
from callinspect.cli import docs

ENVIRONMENT: Mapping[str, str] = {
    "CALLINSPECT_PROVIDER": "provider to ask where a call ID without one may be of several",
    "CALLINSPECT_PROFILE": "profile of stored credentials to use",
    "CALLINSPECT_REDACT_KEY": "key for --redact itself, 16 bytes or more, so that several runs mask alike",
    "CALLINSPECT_REDACT_KEY_FILE": "or the file that has this key",
    "CALLINSPECT_KEYRING_TIMEOUT": "time limit for the keyring in seconds; by default 5 to read, 60 to write",
    "PYTHON_KEYRING_BACKEND": "keyring backend to use instead of the default",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies; never used for loopback",
    "SSL_CERT_FILE, SSL_CERT_DIR": "CA certificates to trust instead of the system's",
    "NO_COLOR": "if not empty: no color",
    "FORCE_COLOR": "if not empty: color in a pipe as well",
    "TERM": "if dumb, unknown or empty: no color, and nothing is redrawn",
}
"""Variables that are no account's."""

FILES: Mapping[str, str] = {
    "~/.config/callinspect/profiles.json": "names of the stored profiles, without secrets; in XDG_CONFIG_HOME if set",
}


def exit_codes() -> dict[int, list[str]]:
    """Return what each exit status means."""
    meanings: dict[int, list[str]] = {0: ["Success."]}
    for kind in errors.CallinspectError.__subclasses__():
        summary = docs.docstring(kind).partition("\n")[0]
        meanings.setdefault(kind.exit_status, []).append(f"{kind.code}: {summary}")
    meanings |= {
        errors.DIFFERENT: ["diff: the two sides differ."],
        errors.SOME_FAILED: ["Some of the calls failed."],
        errors.NOT_ANSWERED: ["With --exit-status: the call ended with another outcome than answered."],
        errors.NOT_EXECUTABLE: ["sandbox run: the command cannot be executed."],
        errors.NO_SUCH_PROGRAM: ["sandbox run: there is no such command."],
        errors.INTERRUPTED: ["Interrupted (Ctrl-C)."],
        errors.SIGNALLED + 1: ["Terminal closed (SIGHUP)."],
        errors.SIGNALLED + 15: ["Terminated (SIGTERM)."],
        errors.READER_GONE: ["Standard output was closed (broken pipe)."],
    }
    return dict(sorted(meanings.items()))
