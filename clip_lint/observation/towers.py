"""Models with an image and a text tower: their classes are found by their methods, and each call of a tower is seen."""

from __future__ import annotations

import contextlib
import threading
import weakref
from typing import TYPE_CHECKING, Any

import torch

from clip_lint.knowledge.tables import load_libraries
from clip_lint.observation.tags import Axis, Kind, Model, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clip_lint.core.place import Place
    from clip_lint.observation.calls import Calls
    from clip_lint.observation.frames import Scope
    from clip_lint.observation.patches import Patches
    from clip_lint.observation.tags import Tags


def encoders() -> dict[str, Axis]:
    """Methods that give one vector a picture or a text, as the library tables know them; a class that has one holds a tower.

    What every module has, such as being called, makes none a tower.
    """
    rows = {"image": Axis.IMAGES, "text": Axis.TEXTS}
    return {
        name: rows[spec.get("modality")]
        for methods in load_libraries().methods.values()
        for name, spec in methods.items()
        if spec.op == "encode" and spec.get("modality") in rows and "_" in name.strip("_")
    }


_FIELDS = {
    "logits_per_image": (Kind.SCORES, (Axis.IMAGES, Axis.TEXTS)),
    "logits_per_text": (Kind.SCORES, (Axis.TEXTS, Axis.IMAGES)),
    "image_embeds": (Kind.FEATURES, (Axis.IMAGES, Axis.WIDTH)),
    "text_embeds": (Kind.FEATURES, (Axis.TEXTS, Axis.WIDTH)),
    "image_features": (Kind.FEATURES, (Axis.IMAGES, Axis.WIDTH)),
    "text_features": (Kind.FEATURES, (Axis.TEXTS, Axis.WIDTH)),
    "pooler_output": (Kind.FEATURES, None),
}


class Depth(threading.local):
    """Whether this thread is inside a model, whose own work is not looked at."""

    is_within = False

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Inside from here on."""
        self.is_within = True
        try:
            yield
        finally:
            self.is_within = False


class Towers:
    """Wraps the towers of every class, those that are still to be made included."""

    def __init__(self, tags: Tags, calls: Calls, scope: Scope, depth: Depth) -> None:
        self._tags = tags
        self._calls = calls
        self._scope = scope
        self._depth = depth
        self._encoders = encoders()
        self._patches: Patches | None = None
        self._loaded: weakref.WeakKeyDictionary[torch.nn.Module, tuple[Place, ...]] = (
            weakref.WeakKeyDictionary()
        )

    def watch(self, patches: Patches) -> None:
        """Wrap what there is, and what is defined from now on."""
        self._patches = patches
        for kind in list(_subclasses(torch.nn.Module)):
            self._wrap(kind, patches)

        def defined(cls: type, **kwargs: Any) -> None:
            super(torch.nn.Module, cls).__init_subclass__(**kwargs)  # type: ignore[misc]  # it is one
            self._wrap(cls, patches)

        patches.put(torch.nn.Module, "__init_subclass__", classmethod(defined))  # type: ignore[arg-type]

    def _wrap(self, kind: type, patches: Patches) -> None:
        if not any(hasattr(kind, name) for name in self._encoders):
            return
        for name, rows in self._encoders.items():
            if name in vars(kind):
                patches.wrap(kind, name, self._encoder(rows, name))
        if "forward" in vars(kind):
            patches.wrap(kind, "forward", self._encoder(None, "forward"))
        if "__init__" in vars(kind):
            patches.wrap(kind, "__init__", self._made)

    def _made(self, original: Callable[..., None], model: Any, *args: Any, **kwargs: Any) -> None:
        original(model, *args, **kwargs)
        if not self._depth.is_within and model not in self._loaded:
            here = self._scope.here()
            self._loaded[model] = here
            self._calls.loaded(type(model).__name__, here)

    def _encoder(self, rows: Axis | None, name: str) -> Callable[..., Any]:
        def around(original: Callable[..., Any], model: Any, *args: Any, **kwargs: Any) -> Any:
            if self._depth.is_within:
                return original(model, *args, **kwargs)
            call = None
            try:
                call = self._calls.before(model, self.facts(model), name, args, kwargs)
            except Exception as error:
                self._calls.record.fail(error)
            __tracebackhide__ = True
            with self._depth.inside():
                result = original(model, *args, **kwargs)
            try:
                if call is not None:
                    self._tag(result, rows, call.model)
                    self._open(type(result))
                    self._calls.after(call, result)
            except Exception as error:
                self._calls.record.fail(error)
            return result

        return around

    def _open(self, kind: type) -> None:
        """See what is asked of an output object that it has not: a tensor's method, by who takes it for one."""
        if not issubclass(kind, dict) or hasattr(kind, "__getattr__") or self._patches is None:
            return

        def missing(output: Any, name: str) -> Any:
            if hasattr(torch.Tensor, name) and self._scope.is_asking():
                self._calls.taken_for_tensor(output, f"`.{name}`")
            return object.__getattribute__(output, name)  # raises what it would have raised

        self._patches.put(kind, "__getattr__", missing)

    def facts(self, model: Any) -> Model:
        """What is known of a model."""
        scale = getattr(model, "logit_scale", None)
        bias = getattr(model, "logit_bias", None)
        number = (
            float(scale.detach().exp()) if isinstance(scale, torch.Tensor) and scale.numel() == 1 else None
        )
        name = str(getattr(getattr(model, "config", None), "name_or_path", "") or type(model).__name__)
        return Model(name, number, bias is not None, self._loaded.get(model, ()))

    def _tag(self, result: Any, rows: Axis | None, model: Model) -> None:
        if isinstance(result, torch.Tensor):
            if rows is not None and result.ndim:
                self._features(result, rows, model)
        elif isinstance(result, (tuple, list)):
            self._tuple(list(result), rows, model)
        for field, (kind, axes) in _FIELDS.items():
            value = result.get(field) if isinstance(result, dict) else getattr(result, field, None)
            if not isinstance(value, torch.Tensor):
                continue
            if kind is Kind.SCORES:
                self._logits(value, axes or (), model)
            elif axes is not None or rows is not None:
                self._features(value, axes[0] if axes else rows or Axis.UNKNOWN, model)

    def _tuple(self, parts: list[Any], rows: Axis | None, model: Model) -> None:
        tensors = [part for part in parts if isinstance(part, torch.Tensor)]
        if rows is not None or len(tensors) < 2:
            return
        if len(tensors) == 2 and tensors[0].shape == tensors[1].shape[::-1]:
            self._logits(tensors[0], (Axis.IMAGES, Axis.TEXTS), model)
            self._logits(tensors[1], (Axis.TEXTS, Axis.IMAGES), model)
        elif tensors[0].ndim == tensors[1].ndim == 2 and tensors[0].shape[-1] == tensors[1].shape[-1]:
            self._features(tensors[0], Axis.IMAGES, model)
            self._features(tensors[1], Axis.TEXTS, model)

    def _features(self, value: torch.Tensor, rows: Axis, model: Model) -> None:
        axes = (*(rows for _ in value.shape[:-1]), Axis.WIDTH)
        self._tags.put(value, Tag(Kind.FEATURES, axes, model, rows=rows))

    def _logits(self, value: torch.Tensor, axes: tuple[Axis, ...], model: Model) -> None:
        tag = Tag(
            Kind.SCORES, axes, model, factor=model.scale or 1.0, scalings=1, is_biased=model.is_pairwise
        )
        if value.ndim == 2:
            self._tags.put(value, tag)


def _subclasses(kind: type) -> Iterator[type]:
    each: type
    for each in type.__subclasses__(kind):
        yield each
        yield from _subclasses(each)
