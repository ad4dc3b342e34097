"""What people type by habit of other programs, and what to type here."""

from collections.abc import Mapping

GET = "callinspect get CALL_ID"
LIST = "callinspect list"
LOGIN = "callinspect auth login PROVIDER"

EXPORT = f"{GET} --export FILE.svg"
DIFF = "callinspect diff A B"
SAVED = "callinspect get --from-file FILE"
DOCTOR = "callinspect doctor"
STATS = "callinspect stats"

SIDES = "each PROVIDER:CALL_ID, a file with a record, or PROVIDER:@FILE with a vendor's response"
"""What the arguments of `diff` are."""

MEANINGS: Mapping[str, str] = {"callinspect diff": SIDES}
"""What arguments are whose names do not say it, by command."""

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("show", "describe", "inspect", "info", "view", "lookup", "find", "fetch", "call"), GET),
    **dict.fromkeys(("ls", "calls", "search", "query"), LIST),
    **dict.fromkeys(("tail", "follow", "monitor"), "callinspect watch CALL_ID"),
    **dict.fromkeys(("login", "signin", "configure"), LOGIN),
    "config": f"{LOGIN}, or set what callinspect help environment lists",
    **dict.fromkeys(("logout", "signout"), "callinspect auth logout PROVIDER"),
    "status": f"callinspect auth status for credentials, {GET} for a call",
    "whoami": "callinspect auth status",
    **dict.fromkeys(("profile", "profiles", "credentials"), "callinspect auth status"),
    **dict.fromkeys(("provider", "vendor", "vendors"), "callinspect providers"),
    **dict.fromkeys(("man", "docs", "topics"), "callinspect help"),
    "version": "callinspect --version",
    "fields": "callinspect help record",
    **dict.fromkeys(("mock", "emulator", "demo"), "callinspect sandbox calls"),
    **dict.fromkeys(("compare", "cmp", "delta", "changes", "changed"), f"{DIFF}, {SIDES}"),
    **dict.fromkeys(
        ("redact", "mask", "sanitize", "sanitise", "anonymize", "anonymise", "pseudonymize", "scrub"),
        f"{GET} --redact, or --redact with any other command",
    ),
    **dict.fromkeys(("export", "picture", "image", "svg", "html", "draw", "screenshot"), EXPORT),
    "vcon": f"{GET} -o vcon",
    "share": f"{EXPORT} --redact for a picture without numbers and names, {GET} -o vcon for a vCon",
    **dict.fromkeys(("check", "test", "ping", "diagnose", "diagnostics", "troubleshoot", "health", "verify"), DOCTOR),
    **dict.fromkeys(("open", "load", "read", "cat"), SAVED),
    **dict.fromkeys(("count", "summary", "summarize", "report", "chart", "graph", "asr", "metrics"), STATS),
}
"""Words that other programs have for our commands, and what to type here."""

BELOW: Mapping[str, Mapping[str, str]] = {
    "auth": dict.fromkeys(("list", "show"), "callinspect auth status"),
    "sandbox": dict.fromkeys(("list", "show"), "callinspect sandbox calls"),
}
"""The same for commands with subcommands."""

SECRETS_ARE_NO_ARGUMENTS = f"secrets are never arguments; use {LOGIN}"

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "--json": ("-o json",),
    "--jsonl": ("-o jsonl",),
    "--ndjson": ("-o jsonl",),
    "--csv": ("-o csv", f"{LIST} -o csv"),
    "--vcon": ("-o vcon", f"{GET} -o vcon"),
    "--table": ("-o table",),
    "--pretty": ("-o table",),
    "--text": ("-o table",),
    **dict.fromkeys(("--export", "--svg", "--html", "--png", "--pdf", "--picture"), ("--export FILE.svg", EXPORT)),
    "--width": (f"{EXPORT} --width N",),
    **dict.fromkeys(
        ("--mask", "--redacted", "--sanitize", "--anonymize", "--anonymise", "--pseudonymize"), ("--redact",)
    ),
    "--redact-key-file": ("--redact-key FILE",),
    **dict.fromkeys(("--diff", "--compare"), (DIFF,)),
    "--from-file": (SAVED,),
    "--file": ("--from-file FILE for a saved record or response, --input FILE for call IDs", SAVED),
    "--jq": ("--query EXPR, or pipe to jq",),
    "--template": ("--query EXPR, or pipe to jq",),
    "--format": ("-o FORMAT",),
    "--output-format": ("-o FORMAT",),
    "--out": ("> FILE",),
    "--output-file": ("> FILE",),
    "--count": (STATS, "-f outcome | sort | uniq -c"),
    **dict.fromkeys(("--by", "--group-by", "--groupby"), ("--by FIELD", f"{STATS} --by FIELD")),
    "--fields": ("-f PATH",),
    "--columns": ("-f PATH",),
    "--select": ("-f PATH",),
    "--filter": ("--state, --outcome, --cause, --number, --from and --to", f"{LIST} --state STATE"),
    "--limit": ("--limit N", f"{LIST} --limit N"),
    "-L": ("--limit N", f"{LIST} --limit N"),
    "-n": ("--limit N", f"{LIST} --limit N"),
    "--max-items": ("--limit N", f"{LIST} --limit N"),
    "--page-size": ("--limit N", f"{LIST} --limit N"),
    "--since": ("--since TIME", f"{LIST} --since TIME"),
    "--until": ("--for STATE", "--until TIME", f"{LIST} --until TIME"),
    "--after": ("--since TIME", f"{LIST} --since TIME"),
    "--before": ("--until TIME", f"{LIST} --until TIME"),
    "--start-time": ("--since TIME", f"{LIST} --since TIME"),
    "--end-time": ("--until TIME", f"{LIST} --until TIME"),
    "--web": ("-f links for the addresses that the vendor sends",),
    "--watch": ("callinspect watch CALL_ID",),
    "--follow": ("callinspect watch CALL_ID",),
    "--wait": ("callinspect wait CALL_ID",),
    "--with": ("--with NAME", f"{GET} --with NAME"),
    "--without": ("--without NAME", f"{GET} --without NAME"),
    "--include-events": ("--with events", f"{GET} --with events"),
    "--id": (GET,),
    "--call-id": (GET,),
    "--provider": (GET,),
    "--vendor": (GET,),
    "--region": ("--set region=REGION",),
    "--endpoint-url": ("--set base_url=URL",),
    "--base-url": ("--set base_url=URL",),
    "--url": ("--set base_url=URL",),
    "--no-verify-ssl": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "--insecure": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "-k": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "--ca-bundle": ("--ca-file FILE",),
    "--yes": ("--no-input",),
    "-y": ("--no-input",),
    "--silent": ("-q",),
    "-s": ("-q",),
    "--monochrome": ("--no-color",),
    "--no-colour": ("--no-color",),
    "-V": ("callinspect --version",),
    **dict.fromkeys(
        ("--token", "--access-token", "--password", "--secret", "--client-secret", "--api-key", "--key", "--auth"),
        (SECRETS_ARE_NO_ARGUMENTS,),
    ),
    **dict.fromkeys(("--user", "--username", "-u", "-a"), (SECRETS_ARE_NO_ARGUMENTS,)),
}
"""Options of gh, aws, httpie, curl and the like, and what to type here: the first that the command has."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("svg", "png", "jpg", "pdf", "image", "picture"), ("--export FILE.svg", EXPORT)),
    **dict.fromkeys(("html", "htm"), ("--export FILE.html", f"{GET} --export FILE.html")),
    "vcon": (f"{GET} -o vcon",),
    "csv": (f"{LIST} -o csv",),
    "raw": ("--raw", f"{GET} --raw"),
    "ndjson": ("-o jsonl",),
    "tsv": ("-f PATH", f"{LIST} -f PATH"),
    **dict.fromkeys(("text", "card", "plain", "human", "pretty"), ("-o table",)),
    **dict.fromkeys(("patch", "jsonpatch"), ("-o json", f"{DIFF} -o json")),
}
"""Formats that --output does not take, and what to type instead, as with options."""
