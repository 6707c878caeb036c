"""Models and processors of a checked folder, through transformers; whatever goes wrong is one line."""

from __future__ import annotations

import contextlib
import logging
import warnings
from typing import TYPE_CHECKING, Any

import torch
import transformers

from clip_lint.verify.model_safety import check_parameters, weight_count, weight_files
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.rounding import read_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def one_line(error: BaseException) -> str:
    """The first line of an error's text without control characters, at most 160 characters."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return "".join(char if char.isprintable() else "?" for char in line)[:160]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' own warnings and progress bars off the terminal while a model loads."""
    controls: Any = transformers.utils.logging
    level, bars = logging.root.manager.disable, controls.is_progress_bar_enabled()
    logging.disable(logging.CRITICAL)  # open_clip warns on the root logger
    controls.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        if bars:
            controls.enable_progress_bar()


def usual_precision(device: str) -> torch.dtype:
    """Half precision on a GPU, full precision elsewhere, whatever the file holds."""
    return torch.float16 if device == "cuda" else torch.float32


def built(
    folder: Path, source: str, auto: Any, device: str, dtype: torch.dtype | None = None
) -> torch.nn.Module:
    """The model of ``folder`` in eval mode, every weight from the file; VerifyProblem otherwise."""
    files = weight_files(folder)
    stored = sum(weight_count(file) for file in files)
    try:
        with quiet():
            config = transformers.AutoConfig.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
            if hasattr(config, "use_pretrained_backbone"):
                config.use_pretrained_backbone = (
                    False  # its weights are in the file, and another hub has no say
                )
            with torch.device("meta"):
                shell = auto.from_config(config)
            check_parameters(sum(p.numel() for p in shell.parameters()), stored, source)
            if dtype is torch.bfloat16:
                model, info = type(shell).from_pretrained(
                    None,
                    config=config,
                    state_dict=read_in(dtype, files),
                    dtype=dtype,
                    output_loading_info=True,
                )
            else:
                model, info = auto.from_pretrained(
                    folder,
                    config=config,
                    use_safetensors=True,
                    trust_remote_code=False,
                    local_files_only=True,
                    output_loading_info=True,
                )
    except VerifyProblem:
        raise
    # A hostile or damaged folder can make transformers raise anything; all of it means the same to the user.
    except Exception as error:
        raise VerifyProblem(
            f"{source}: cannot be loaded ({type(error).__name__}: {one_line(error)})"
        ) from error
    if missing := sorted(info["missing_keys"]):
        raise VerifyProblem(
            f"{source}: {len(missing)} weights are missing, {missing[0]} for one; they would be random"
        )
    model.requires_grad_(False)
    return model.to(device, dtype or usual_precision(device)).eval()  # type: ignore[no-any-return]


def load_processor(folder: Path, source: str, kind: str) -> Any:
    """A tokenizer or image processor; VerifyProblem where the folder has none that works."""
    loader: Any = transformers.AutoTokenizer if kind == "tokenizer" else transformers.AutoImageProcessor
    try:
        with quiet():
            return loader.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    # A damaged folder can make transformers raise anything; all of it means the same to the user.
    except Exception as error:
        raise VerifyProblem(f"{source}: its {kind} cannot be loaded ({one_line(error)})") from error
