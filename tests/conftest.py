"""What the tests of several rooms share."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clip_lint.verify.installed import leave_out_misfit

if TYPE_CHECKING:
    from clip_lint.verify.fixtures import FixtureSet

# Before torch is imported anywhere: each worker of pytest has one core, and threads that wait for one another cost the others theirs.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A torchvision that does not fit the torch breaks transformers; the program leaves it out, and so do the tests.
if find_spec("torchvision") is not None:
    leave_out_misfit()

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


@pytest.fixture
def nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to be in: where a program is linted by itself, the whole repository around the tests would be its project."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _no_colour_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "_CLIP_LINT_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def _programs_hear_ctrl_c() -> None:
    """A shell starts what it runs in the background with Ctrl-C ignored, and programs started here would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def watched_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny models, and every picture that a card's program opens."""
    from clip_lint.core.cards import load_rules

    watched = pytest.importorskip("watched")
    pytest.importorskip("transformers")
    written = "\n".join(each.text for rule in load_rules().values() for each in rule.examples)
    return watched.build(tmp_path_factory.mktemp("world"), written)  # type: ignore[no-any-return]


@pytest.fixture
def libraries(watched_world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """That folder as the current one, with the stand-ins importable; gradients are on again afterwards."""
    torch = pytest.importorskip("torch")
    stand_ins = pytest.importorskip("stand_ins")
    for name, module in stand_ins.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.chdir(watched_world)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    before = torch.is_grad_enabled()
    yield watched_world
    torch.set_grad_enabled(before)
