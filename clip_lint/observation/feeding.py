"""What is fed to towers: readers of pictures, processors and tokenizers, which the library tables name."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clip_lint.observation.pictures import Pictures
from clip_lint.observation.tags import Axis, Kind, Model, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clip_lint.core.place import Place
    from clip_lint.observation.frames import Scope
    from clip_lint.observation.patches import Patches
    from clip_lint.observation.seen import Record
    from clip_lint.observation.tags import Tags

_LONG = ("too long", "maximum sequence length", "max_position_embeddings", "Sequence length must be less")
_NOBODY = Model("", None, is_pairwise=False)


class Feeding:
    """Watches what comes before the towers."""

    def __init__(self, tags: Tags, record: Record, scope: Scope, patches: Patches) -> None:
        self._tags = tags
        self._record = record
        self._scope = scope
        self._patches = patches
        self._pictures = Pictures()
        self._made: weakref.WeakKeyDictionary[Any, tuple[Place, ...]] = weakref.WeakKeyDictionary()

    def changes(self) -> dict[str, Callable[[Any], None]]:
        """What is done to which module."""
        from clip_lint.knowledge.tables import load_libraries  # noqa: PLC0415 - the tables are read when watching starts

        found: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
        for path, spec in load_libraries().calls.items():
            module, _, name = path.rpartition(".")
            if spec.op == "tokenize":
                found.setdefault(module, []).append((name, self._tokenized))
            elif spec.op == "open_image" and spec.get("channels") == "bgr":
                found.setdefault(module, []).append((name, self._read))
            elif spec.op == "component" and spec.get("kind") == "capture":
                found.setdefault(module, []).append((name, self._captured))
            elif spec.op == "index":
                found.setdefault(module, [])
        changes: dict[str, Callable[[Any], None]] = {
            module: self._functions(functions) for module, functions in found.items() if functions
        }
        changes["PIL.Image"] = self._functions([("fromarray", self._from_array)])
        changes["faiss"] = self._indexes
        changes["transformers.tokenization_utils_base"] = self._tokenizers
        changes["transformers.image_processing_utils"] = self._processors
        return changes

    def _functions(self, functions: list[tuple[str, Callable[..., Any]]]) -> Callable[[Any], None]:
        def change(module: Any) -> None:
            for name, around in functions:
                value = vars(module).get(name)
                if isinstance(value, type):
                    self._class(value, around)
                elif value is not None:
                    self._patches.wrap(module, name, around)

        return change

    def _class(self, kind: type, around: Callable[..., Any]) -> None:
        for name in ("read", "retrieve"):
            try:
                self._patches.wrap(kind, name, around)
            except TypeError as error:  # a class of C's takes no changes
                self._record.fail(error)

    def _read(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        self._guard(self._pictures.read, result)
        return result

    def _captured(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if isinstance(result, tuple) and len(result) == 2:
            self._guard(self._pictures.read, result[1])
        return result

    def _from_array(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if args:
            self._guard(self._channels, args[0])
        return original(*args, **kwargs)

    def _channels(self, value: Any) -> None:
        order = self._pictures.is_blue_first(value)
        if order is not None:
            words = f"the pixels have {'blue' if order else 'red'} first, read with blue first"
            self._record.see("CLP303", words, self._scope.here(), is_fault=order, is_plain=order)

    def _indexes(self, module: Any) -> None:
        for kind in list(vars(module).values()):
            if isinstance(kind, type) and hasattr(kind, "add") and hasattr(kind, "search"):
                for name in {"add"} & {*vars(kind)}:
                    self._patches.wrap(kind, name, self._indexed)

    def _indexed(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._guard(self._stored, args[1] if len(args) > 1 else None)
        return original(*args, **kwargs)

    def _stored(self, vectors: Any) -> None:
        tag = self._tags.get(vectors)
        if tag is None or tag.kind is not Kind.FEATURES or vectors.ndim != 2:
            return
        lengths = np.linalg.norm(np.asarray(vectors).astype(np.float32)[:256], axis=1)
        low, high = float(lengths.min()), float(lengths.max())
        is_raw = abs(low - 1) > 0.02 or abs(high - 1) > 0.02
        words = f"the index gets vectors with lengths of {low:.3g} to {high:.3g}"
        self._record.see("CLP209", words, self._scope.here(), is_fault=is_raw, is_plain=is_raw)

    def _tokenizers(self, module: Any) -> None:
        kind = getattr(module, "PreTrainedTokenizerBase", None)
        if kind is not None:
            self._patches.wrap(kind, "__init__", self._built)
            self._patches.wrap(kind, "__call__", self._called_tokenizer)

    def _processors(self, module: Any) -> None:
        kind = getattr(module, "BaseImageProcessor", None)
        if kind is not None:
            self._patches.wrap(kind, "__init__", self._built)
            self._patches.wrap(kind, "__call__", self._called_processor)

    def _built(self, original: Callable[..., Any], part: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(part, *args, **kwargs)
        self._guard(self._keep, part)
        return result

    def _keep(self, part: Any) -> None:
        self._made[part] = self._scope.here()

    def _called_tokenizer(self, original: Callable[..., Any], part: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(part, *args, **kwargs)
        given = args[0] if args else kwargs.get("text")
        self._guard(self._tokens, given, result, part)
        return result

    def _tokenized(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = args[0] if args else kwargs.get("texts", kwargs.get("text"))
        try:
            result = original(*args, **kwargs)
        except RuntimeError as error:
            if any(words in str(error) for words in _LONG):
                words = "a text has more tokens than the context holds: the tokenizer raises"
                self._record.see("CLP305", words, self._scope.here(), is_fault=True)
            raise
        self._guard(self._tokens, given, result, None)
        return result

    def _tokens(self, given: Any, result: Any, part: Any) -> None:
        here = self._scope.here()
        texts = (given,) if isinstance(given, str) else given
        are_texts = isinstance(texts, (list, tuple)) and all(isinstance(each, str) for each in texts)
        if texts and are_texts:
            self._record.read(tuple(texts[:200]), here)
        places = here + (self._made.get(part, ()) if part is not None else ())
        about = str(len(part)) if part is not None and hasattr(part, "__len__") else ""
        for value in _values(result):
            if getattr(value, "ndim", 0) == 2:
                axes = (Axis.TEXTS, Axis.UNKNOWN)
                self._tags.put(value, Tag(Kind.TOKENS, axes, _NOBODY, places=places, about=about))

    def _called_processor(self, original: Callable[..., Any], part: Any, *args: Any, **kwargs: Any) -> Any:
        given = args[0] if args else kwargs.get("images")
        self._guard(self._given, part, given, kwargs)
        result = original(part, *args, **kwargs)
        self._guard(self._pixels, part, result)
        return result

    def _given(self, part: Any, images: Any, kwargs: Any) -> None:
        for image in (images if isinstance(images, (list, tuple)) else [images])[:8]:
            value = np.asarray(image.detach().cpu()) if hasattr(image, "detach") else image
            if not isinstance(value, np.ndarray) or not value.size:
                continue
            self._channels(value)
            rescales = kwargs.get("do_rescale", getattr(part, "do_rescale", None))
            if rescales and value.dtype.kind == "f":
                is_twice = float(value.max()) <= 1.0
                words = f"floats up to {float(value.max()):.3g} are divided by 255"
                self._record.see("CLP308", words, self._scope.here(), is_fault=is_twice, is_plain=is_twice)
            elif value.dtype.kind in "fu":
                words = "the pixels are divided by 255 once"
                self._record.see("CLP308", words, self._scope.here(), is_fault=False)

    def _pixels(self, part: Any, result: Any) -> None:
        places = self._scope.here() + self._made.get(part, ())
        for value in _values(result):
            if getattr(value, "ndim", 0) == 4:
                axes = (Axis.IMAGES, Axis.UNKNOWN, Axis.UNKNOWN, Axis.UNKNOWN)
                self._tags.put(value, Tag(Kind.PIXELS, axes, _NOBODY, places=places))

    def _guard(self, function: Callable[..., None], *args: Any) -> None:
        try:
            function(*args)
        except Exception as error:
            self._record.fail(error)


def _values(result: Any) -> Iterator[Any]:
    if isinstance(result, Mapping):  # what a processor gives is one
        yield from result.values()
    else:
        yield result
