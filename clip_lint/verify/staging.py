"""A checked copy of a model folder: links to the files that are needed and to nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import constants

from clip_lint.verify.model_safety import (
    CONFIGURATIONS,
    NEEDED,
    check_beside,
    read_config,
    tensor_names,
    weight_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def _link(file: Path, place: Path) -> None:
    """A link where the system allows one, a copy elsewhere."""
    try:
        place.symlink_to(file.resolve())
    except OSError:
        try:
            os.link(file, place)
        except OSError:
            shutil.copyfile(file, place)


@contextlib.contextmanager
def staged(folder: Path, weights: Path | None = None) -> Iterator[Path]:
    """A folder with the configuration of ``folder`` and the safetensors of ``weights`` (None: the same folder).

    What else lies there is not seen by any library: no pickles, no adapters that name another repository, no index
    that sends the reader elsewhere. Meanwhile the hub's client refuses to connect.
    """
    for name in CONFIGURATIONS:
        if (folder / name).exists():
            read_config(folder / name)
    check_beside(folder)
    files = weight_files(weights or folder)
    before = constants.HF_HUB_OFFLINE
    with tempfile.TemporaryDirectory(prefix="clip-lint-model-") as made:
        home = Path(made)
        for file in sorted(folder.iterdir()):
            if (file.name in NEEDED or file.suffix == ".model") and file.is_file():
                _link(file, home / file.name)
        if len(files) == 1:
            _link(files[0], home / _single_name(folder, files[0]))
        else:
            where = {name: file.name for file in files for name in tensor_names(file)}
            for file in files:
                _link(file, home / file.name)
            index = {
                "metadata": {"total_size": sum(file.stat().st_size for file in files)},
                "weight_map": where,
            }
            (home / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
        constants.HF_HUB_OFFLINE = True
        try:
            yield home
        finally:
            constants.HF_HUB_OFFLINE = before


def _single_name(folder: Path, file: Path) -> str:
    return "model.safetensors" if (folder / "config.json").is_file() else file.name
