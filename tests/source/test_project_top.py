"""What belongs to a project where nothing marks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.source.project_top import Tops

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("file", "named", "top"),
    [
        ("nodes/__init__.py", "nodes", "nodes"),
        ("nodes/score.py", "nodes", "nodes"),
        ("nodes/parts/deep.py", "nodes", "nodes"),
        ("nodes/parts/deep.py", "nodes/parts", "nodes"),
        ("nodes/plain/loose.py", "nodes", "nodes"),
        ("nodes/score.py", ".", "."),
        ("other/score.py", "other", "other"),
    ],
)
def test_a_package_is_its_own_project(tmp_path: Path, file: str, named: str, top: str) -> None:
    """Nodes of ComfyUI, archives unpacked side by side: the top is a package, and what lies beside it is not its own."""
    for name in ("nodes/__init__.py", "nodes/score.py", "nodes/parts/__init__.py", "nodes/parts/deep.py", "nodes/plain/loose.py", "other/score.py", "beside/__init__.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert Tops().of(str(tmp_path / file), (str(tmp_path / named),)) == str(tmp_path / top)
