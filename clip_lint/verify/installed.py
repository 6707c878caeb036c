"""What verification needs of the environment; nothing heavy is imported to find out."""

from __future__ import annotations

from importlib.util import find_spec

from clip_lint.verify.problem import VerifyProblem

_NEEDED = ("torch", "transformers", "PIL", "safetensors")


def check_installed() -> None:
    """VerifyProblem with the install line where torch, transformers, Pillow or safetensors is missing."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise VerifyProblem(f"verification needs {', '.join(missing)}: pip install 'clip-lint[verify]'")
