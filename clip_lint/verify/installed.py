"""What verification needs of the environment."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from clip_lint.core.home import install
from clip_lint.verify.problem import VerifyProblem

_NEEDED = ("torch", "transformers", "PIL", "safetensors")


def check_installed() -> None:
    """VerifyProblem with the install line where torch, transformers, Pillow or safetensors is missing."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise VerifyProblem(f"verification needs {', '.join(missing)}: {install('verify')}")
    leave_out_misfit()


def leave_out_misfit() -> str:
    """Hide a torchvision that was built for another torch from transformers, which can do without; say why, or nothing.

    Such a torchvision fails when it is imported, and every model of transformers with it.
    """
    if find_spec("torchvision") is None:
        return ""
    try:
        import_module("torchvision")
    except (ImportError, RuntimeError, OSError) as error:
        for name in [name for name in sys.modules if name.startswith("torchvision.")]:
            del sys.modules[name]
        sys.modules["torchvision"] = None  # type: ignore[assignment]  # what import takes for "not there"
        return str(error).partition("\n")[0]
    return ""
