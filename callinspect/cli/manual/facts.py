"""What holds for every command: output, exit codes, environment variables, files."""

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

OUTPUT: tuple[str | Mapping[str, str], ...] = (
    (
        "On a terminal, one call is a card and several are a table. In a pipe, one call is a JSON object and "
        "several are JSON Lines, in the order given. -o chooses:"
    ),
    {
        "-o table": "for people, in a pipe as well",
        "-o json": "an object; an array where there can be several calls",
        "-o jsonl": "one object per line",
        "-o csv": (
            "one row per call under a fixed header; numbers are written as they are (+1415…): import those "
            "columns as text"
        ),
        "-o vcon": (
            "a vCon, the IETF's container for conversations, as in draft-ietf-vcon-vcon-core-03: who was on the "
            "call, its course, its recordings and legs if read (without audio), the record and the vendor's "
            "response; several are lines"
        ),
    },
    {
        "-f PATHS": (
            "bare values, separated by tabs: -f state,from.number; with -o csv, table, json or jsonl, the columns"
            " or keys"
        ),
        "--query EXPR": (
            "the result of a JMESPath expression for each call, as JSON; -r prints texts without quotation marks"
        ),
        "--raw": "the vendor's response: its bytes in a pipe, one row per field as a table",
        "--include raw": "the vendor's response inside the record, under raw",
    },
    (
        "Results go to standard output, everything else to standard error; a call that fails prints nothing on "
        "standard output. Errors are JSON with --error-format json, and with -o json or jsonl unless standard "
        'error is a terminal; notices are left out then, and warnings are objects, too: {"warning": {"message": '
        "…}}."
    ),
    (
        "--redact masks numbers, names, addresses, URLs and all else that may identify somebody, in every format,"
        " in errors and with -v: +19195550143 becomes, say, num+1-kwzrbtqmpd, wherever it occurs and however it "
        "is written. The result is pseudonymous, not anonymous: times and call IDs stay, so that the vendor's "
        "support can find the call. Each run masks with a key of its own. For runs that mask alike, keep a key: "
        "(umask 077; openssl rand -base64 32 > mask.key), and name its file with --redact-key mask.key, or in "
        "CALLINSPECT_REDACT_KEY_FILE; CALLINSPECT_REDACT_KEY is the key itself, not a file. Whoever has the key "
        "can tell which number is behind a mask by trying them all."
    ),
    (
        "Times in JSON are UTC; times for people are local with the zone named, or in the zone of --tz. JSON is "
        "colored on a terminal only. --color overrides NO_COLOR, and NO_COLOR overrides FORCE_COLOR. callinspect "
        "help record explains the fields."
    ),
)
"""How results are printed: paragraphs, and options with what each prints."""

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
