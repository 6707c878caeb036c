"""What the tests of several rooms share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from clip_lint.verify.fixtures import FixtureSet

Writer = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write files (name -> content) below a fresh folder and return that folder."""

    def writer(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return writer


@pytest.fixture(autouse=True)
def _no_colour_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "_CLIP_LINT_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def scenes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn fixture set, made once for all tests that prove findings."""
    from clip_lint.verify.scenes import coco, compose

    folder = tmp_path_factory.mktemp("scenes")
    coco.write(list(compose.fixture_scenes(260, 11)), folder, 11)
    return folder


@pytest.fixture(scope="session")
def scenes(scenes_folder: Path) -> FixtureSet:
    from clip_lint.verify.fixtures import load_fixtures

    return load_fixtures(scenes_folder)
