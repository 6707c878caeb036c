"""Where generated programs run: stand-ins that are quick to load, code that no linter sees, and what a program observed."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import sys
import tokenize
import types
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import stand_ins
import torch
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

_OPEN = Image.open


class Output(dict[str, Any]):
    """An output object of Transformers 5: fields by name, by attribute, and as a tuple."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(key) if isinstance(key, str) else tuple(self.values())[key]

    def to(self, _: Any) -> Output:
        """Tokens and pixels stay where they are."""
        return self


class CLIPModel(stand_ins.Clip):
    """The methods of Transformers 5."""

    @classmethod
    def from_pretrained(cls, _: str, **__: Any) -> CLIPModel:
        """The same weights each time."""
        return copy.deepcopy(_model()).eval()

    def get_image_features(self, pixel_values: torch.Tensor, return_dict: bool = True) -> Any:
        return self._opened(self.encode_image(pixel_values), return_dict)

    def get_text_features(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, return_dict: bool = True
    ) -> Any:
        del attention_mask
        if input_ids.shape[1] > 77:
            raise ValueError("Sequence length must be less than max_position_embeddings")
        return self._opened(self.encode_text(input_ids), return_dict)

    def _opened(self, pooled: torch.Tensor, return_dict: bool) -> Any:
        fields = {"last_hidden_state": pooled.unsqueeze(1) * 2, "pooler_output": pooled}
        return Output(fields) if return_dict else tuple(fields.values())


@cache
def _model() -> CLIPModel:
    return CLIPModel()


class CLIPProcessor:
    """Texts to ids as long as the longest, unless they are cut; pictures to pixels."""

    @classmethod
    def from_pretrained(cls, _: str, **__: Any) -> CLIPProcessor:
        return cls()

    def __call__(
        self,
        text: Any = None,
        images: Any = None,
        truncation: bool = False,
        padding: Any = False,
        return_tensors: str = "",
    ) -> Output:
        del return_tensors, padding
        made: dict[str, Any] = {}
        if text is not None:
            texts = [text] if isinstance(text, str) else list(text)
            longest = max(2 + len(each) // 2 for each in texts)
            made["input_ids"] = stand_ins.tokenize(
                texts, min(longest, 77) if truncation else longest, truncate=truncation
            )
            made["attention_mask"] = (made["input_ids"] > 0).long()
        if images is not None:
            pictures = images if isinstance(images, list) else [images]
            made["pixel_values"] = torch.stack([stand_ins.preprocess(each) for each in pictures])
        return Output(made)

    @property
    def tokenizer(self) -> CLIPProcessor:
        return self


def _attack(embed: Callable[[Any], Any], pixels: torch.Tensor) -> float:
    """How much what ``embed`` makes depends on the pixels."""
    pixels = pixels.detach().clone().requires_grad_(True)
    embed(pixels).sum().backward()
    return round(float(pixels.grad.norm()), 3) if pixels.grad is not None else -1.0


def _slope(features: torch.Tensor) -> float:
    """A head is trained on features: their own gradient is not asked for, what is made of them is."""
    head = torch.nn.Linear(features.shape[-1], 1)
    torch.nn.init.ones_(head.weight)
    head(features.float()).sum().backward()
    return round(float(head.weight.grad.norm()), 3) if head.weight.grad is not None else -1.0


def _reach(features: torch.Tensor) -> bool:
    """Whether a gradient gets from features to anything."""
    return features.requires_grad


def _raised(function: Callable[..., Any], *arguments: Any) -> str:
    """Which exception a call ends in."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return "none"


def _modes(model: torch.nn.Module) -> bool:
    """A stranger trains a model: it must be in the mode in which it was handed over."""
    return model.training


def _ready() -> bool:
    """Whether gradients are on where this is called."""
    return torch.is_grad_enabled() and not torch.is_inference_mode_enabled()


def _outside() -> types.ModuleType:
    made = types.ModuleType("outside")
    vars(made).update(
        attack=_attack, slope=_slope, reach=_reach, raised=_raised, modes=_modes, ready=_ready, kept=[]
    )
    return made


@cache
def _picture(name: str) -> Image.Image:
    pattern = np.random.default_rng(sum(map(ord, name))).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    return Image.fromarray(pattern)


def _run(parts: tuple[str, ...], names: dict[str, Any]) -> None:
    """Run the cells of a program; a notebook also shows what its cells end in."""
    for part in parts:
        tree = ast.parse(part)
        shown = (
            tree.body.pop() if len(parts) > 1 and tree.body and isinstance(tree.body[-1], ast.Expr) else None
        )
        exec(compile(tree, "program.py", "exec", dont_inherit=True), names)  # noqa: S102 - our own programs
        if isinstance(shown, ast.Expr) and not _is_silenced(part):
            value = eval(compile(ast.Expression(shown.value), "program.py", "eval", dont_inherit=True), names)  # noqa: S307
            names["seen"].append(("shown", _vectors(value)))


def _vectors(value: Any) -> Any:
    """What somebody who looks at a cell reads: an output and the vectors in it are one to him."""
    return value["pooler_output"] if isinstance(value, Output) else value


def _is_silenced(cell: str) -> bool:
    """Whether a cell's last token is a semicolon; comments behind it are no tokens to IPython."""
    layout = (tokenize.ENDMARKER, tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)
    tokens = [
        each.string
        for each in tokenize.generate_tokens(io.StringIO(cell).readline)
        if each.type not in layout
    ]
    return bool(tokens) and tokens[-1] == ";"


def observed(parts: tuple[str, ...]) -> tuple[str, Any]:
    """What a program saw, or the exception that ended it; as little of the world as possible is left changed."""
    fakes = stand_ins.modules()
    fakes["transformers"] = types.ModuleType("transformers")
    vars(fakes["transformers"]).update(CLIPModel=CLIPModel, CLIPProcessor=CLIPProcessor)
    fakes["outside"] = _outside()
    was = {name: sys.modules.get(name) for name in fakes}
    torch.manual_seed(0)
    names: dict[str, Any] = {"__name__": "program"}
    sys.modules.update(fakes)
    Image.open = lambda name: _picture(str(name))  # type: ignore[assignment, misc]
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _run(parts, names)
    except Exception as error:
        return type(error).__name__, str(error)
    finally:
        torch.set_grad_enabled(True)
        Image.open = _OPEN
        for name, module in was.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return "", names["seen"]


def same(one: Any, other: Any) -> bool:
    """Whether two observations are equal, up to the last bits of numbers."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return one.shape == other.shape and torch.allclose(one.detach(), other.detach(), atol=1e-3, rtol=1e-3)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-3, rtol=1e-3))
    if type(one) is float and type(other) is float:
        return abs(one - other) <= 1e-3 * max(1.0, abs(one))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(type(one) is type(other) and one == other)
