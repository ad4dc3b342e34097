"""Plug-ins: vendors that are installed beside the program, as other people publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def installed(folder: Path, name: str, source: str, *others: str) -> Path:
    """Install a plug-in of one module in a folder that `PYTHONPATH` can name.

    Args:
        folder: the folder, made if it is not there.
        name: of the plug-in, of its module and of its vendor.
        source: the module, with its `PROVIDER`.
        others: lines for further entry points.
    """
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    points = "\n".join(("[callinspect.providers]", f"{name} = {name}:PROVIDER", *others, ""))
    (metadata / "entry_points.txt").write_text(points, encoding="utf-8")
    return folder
