"""A small drawn fixture set, made once for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.verify.fixtures import FixtureSet, load_fixtures
from clip_lint.verify.scenes import coco, compose

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def scenes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    coco.write(list(compose.fixture_scenes(260, 11)), folder, 11)
    return folder


@pytest.fixture(scope="session")
def scenes(scenes_folder: Path) -> FixtureSet:
    return load_fixtures(scenes_folder)
