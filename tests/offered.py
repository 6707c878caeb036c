"""What the installed libraries offer, without loading them: open_clip would load torchvision."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from typing import Any


def pretrained() -> dict[tuple[str, str], dict[str, Any]]:
    """The configuration of each architecture and weights that the installed open_clip offers, without loading a model."""
    home = importlib.util.find_spec("open_clip")
    assert home is not None
    package = types.ModuleType("open_clip_configurations")
    package.__path__ = list(home.submodule_search_locations or ())
    sys.modules[package.__name__] = package
    try:
        table = importlib.import_module(f"{package.__name__}.pretrained")._PRETRAINED
    finally:
        for name in [name for name in sys.modules if name.startswith(package.__name__)]:
            del sys.modules[name]
    return {(architecture, tag): found for architecture, tags in table.items() for tag, found in tags.items()}
