"""A user who presses TAB: with the scripts, stored profiles, and a plug-in of a hostile name."""

from pathlib import Path

from callinspect.credentials import profiles
from kit.program import environment

COMPLETIONS = Path(__file__).parents[2] / "completions"

HOSTILE = "x'$(touch owned)`touch owned`\"; touch owned !! & ~ a:b \\n #"
"""A provider's name that a plug-in might choose."""


def settle(home: Path) -> dict[str, str]:
    """Return the environment of a user with stored profiles and a plug-in, at home in that directory."""
    env = environment(
        home,
        XDG_CONFIG_HOME=str(home / "config"),
        PYTHONPATH=str(home / "plugins"),
        TERM="xterm",
        SHELL="/bin/sh",
        COLUMNS="200",
    )
    for name in ("night-shift", "north"):
        profiles.remember(env, "webex", name)
    profiles.remember(env, "genesys", "lab.1")
    plugin = home / "plugins" / "hostile-1.dist-info"
    plugin.mkdir(parents=True)
    (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (plugin / "entry_points.txt").write_text(f"[callinspect.providers]\n{HOSTILE} = nowhere:PROVIDER\n")
    (home / "certificates.pem").touch()
    return env
