"""Which files are worth reading at all: the gate, made from the library tables.

Most files are decided by a search of their bytes (`Gate.may_use_clip`), most of the others by a look at their imports, names
and texts (`Gate.uses_clip`), before anything is interpreted.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from typing import TYPE_CHECKING

from clip_lint.core.dotted import has_endless_import
from clip_lint.knowledge.documents import stamps
from clip_lint.knowledge.marks import load_marks, shortest
from clip_lint.knowledge.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from clip_lint.knowledge.documents import Stamps
    from clip_lint.knowledge.marks import Marks

_LONGEST_ID = 100
_SCHEME = 10
"""Addresses are longer than ids, for all that they ask for."""
_UPWARDS = b"from .."
_LONGEST_LINE = 200
"""A longer line is not searched, which may take the square of its length: whether it tells something, the program's tree says."""


class Gate:
    """Tells the files that may use CLIP from others."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._sure = frozenset(
            _bytes(
                shortest(
                    word.lower()
                    for word in (*marks.fields, *marks.addresses, *filter(_is_plain, marks.texts))
                )
            )
        )
        self._hints = frozenset(_bytes(_hints(marks)))
        self._methods = {name.lower(): (name, b"def " + name + b"(") for name in _bytes(marks.methods)}
        self._words = words((*self._sure, *self._hints, *self._methods))
        self._characteristic = marks.methods | marks.fields

    @functools.cached_property
    def _line(self) -> re.Pattern[bytes]:
        return re.compile("|".join(_in_a_line(self._marks)).encode())

    @functools.cached_property
    def _id_in_a_line(self) -> re.Pattern[bytes]:
        return re.compile(_id_in_a_line(self._marks).encode())

    @functools.cached_property
    def _internal_line(self) -> re.Pattern[bytes]:
        internals = _any(self._marks.internals)
        return re.compile(rf"[ \t]*from[ \t]+\.\.[\w.]*?\b(?:{internals})[ \t]+import\b".encode())

    @functools.cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile(_any_wild(self._marks.names))

    @functools.cached_property
    def _part(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any_wild(self._marks.parts)})$")

    @functools.cached_property
    def _helper(self) -> re.Pattern[str]:
        return re.compile(_helper(self._marks))

    @functools.cached_property
    def _about(self) -> re.Pattern[str]:
        return re.compile(_word(self._marks))

    @functools.cached_property
    def _id(self) -> re.Pattern[str]:
        return re.compile(f"{self._listed_id.pattern}|{_any_wild(self._marks.texts)}", re.IGNORECASE)

    @functools.cached_property
    def _listed_id(self) -> re.Pattern[str]:
        """An id where it stands in a list of many: what tasks there are, a library lists without doing one."""
        return re.compile(rf"[\w.-]+/[\w.-]*(?:{_any(self._marks.ids)})[\w.-]*", re.IGNORECASE)

    def may_use_clip(self, data: bytes) -> bool:
        """Whether the bytes of a file mention anything CLIP-like; decides most files at the speed of a substring search."""
        if self._builds_models(data):
            return False
        lowered = data.lower()
        called: set[bytes] = set()
        begins = ends = 0
        for word, start in self._words.places(lowered):
            if word in self._sure:
                return True
            if word in self._methods:
                called.add(word)
            if word not in self._hints or begins <= start < ends:
                continue
            begins, ends = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", start)
            ends = len(data) if ends < 0 else ends
            if ends - begins > _LONGEST_LINE or self._tells(data, lowered, begins, ends):
                return True
        return any(
            name in data and definition not in data
            for name, definition in map(self._methods.__getitem__, called)
        )

    def _tells(self, data: bytes, lowered: bytes, begins: int, ends: int) -> bool:
        """Whether a line with a hint has one in a place that tells something."""
        is_told = self._line.search(data, begins, ends) or self._id_in_a_line.search(lowered, begins, ends)
        return is_told is not None

    def _builds_models(self, data: bytes) -> bool:
        """Whether the file implements models inside a library of them."""
        at = data.find(_UPWARDS)
        while at >= 0:
            if self._internal_line.match(data, data.rfind(b"\n", 0, at) + 1):
                return True
            at = data.find(b"\n", at)
            at = data.find(_UPWARDS, at) if at >= 0 else at
        return False

    def admits(self, text: str) -> bool:
        """`uses_clip` of a program's text. What this Python cannot parse is let in: another parser may know better."""
        if has_endless_import(text):
            return True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True
        return self.uses_clip(tree)

    def uses_clip(self, tree: ast.Module) -> bool:
        """Whether a module imports a CLIP library or class, loads a CLIP checkpoint or calls a method only CLIP has."""
        if any(isinstance(node, ast.ImportFrom) and self._is_internal(node) for node in tree.body):
            return False  # most that mention CLIP in a library of models: no need to look at the rest
        marks = self._marks
        proven = False
        defined: set[str] = set()
        attributes: set[str] = set()
        loads_by: set[str] = set()
        towers, openers = set(marks.towers), set(marks.openers)
        passed_over: set[int] = set()
        listed: set[int] = set()
        texts: set[tuple[bool, str]] = set()
        loaded: set[tuple[str, str]] = set()
        for node in _telling(tree):
            if isinstance(node, ast.Constant):
                if not isinstance(node.value, str) or id(node) in passed_over:
                    continue
                if len(node.value) < _LONGEST_ID:
                    texts.add((id(node) in listed, node.value))
                elif "://" in node.value[:_SCHEME]:
                    proven |= self._is_address(node.value)
            elif isinstance(node, ast.Attribute):
                attributes.add(node.attr)
                if node.attr in marks.factories and isinstance(node.value, ast.Name):
                    loads_by.add(node.value.id)
            elif isinstance(node, ast.Call):
                if self._loads_by_name(node, openers):
                    passed_over.update(map(id, node.args))
                    loaded.update((text, _class(node)) for text in map(_text, node.args[:1]) if text)
            elif isinstance(node, ast.Dict):
                listed.update(map(id, node.keys))
            elif isinstance(node, ast.Tuple):
                listed.update(map(id, node.elts))
            elif isinstance(node, ast.Import):
                proven |= any(self._is_about_clip(alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                if self._is_internal(node):
                    return False
                proven |= self._imports_clip(node)
                for alias in node.names:
                    if alias.asname and alias.name in marks.towers:
                        towers.add(alias.asname)
                    elif alias.asname:
                        openers.add(alias.asname)
            elif isinstance(node, ast.FunctionDef):
                defined.add(node.name)
        # A method of that name which the file defines itself (diffusion pipelines have an `encode_image`) proves nothing.
        return (
            proven
            or bool(attributes & self._characteristic - defined)
            or bool(loads_by & towers)
            or any(map(self._names.fullmatch, attributes))
            or any(self._says(text, is_listed=is_listed) for is_listed, text in texts)
            or any(self._says(text, is_listed=False) for text in _for_both(loaded))
        )

    def _says(self, text: str, *, is_listed: bool) -> bool:
        """Whether a text is a checkpoint's id, a task's name or an address that only programs about CLIP hold."""
        return (self._listed_id if is_listed else self._id).fullmatch(text) is not None or self._is_address(
            text
        )

    def _loads_by_name(self, node: ast.Call, openers: set[str]) -> bool:
        """Whether a class that says itself what it is loads a checkpoint: a tokenizer's id proves nothing."""
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in self._marks.factories
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id not in openers
        )

    def _is_address(self, text: str) -> bool:
        lowered = text.lower()
        return any(address in lowered for address in self._marks.addresses)

    def _is_internal(self, node: ast.ImportFrom) -> bool:
        return node.level >= 2 and (node.module or "").rpartition(".")[2] in self._marks.internals

    def _imports_clip(self, node: ast.ImportFrom) -> bool:
        if node.level and all(alias.name == "*" for alias in node.names):
            return False  # it hands on what another file has, and that one is looked at itself
        if node.module and self._is_about_clip(node.module):
            described = self._marks.described
            if not all(alias.name not in described and self._part.search(alias.name) for alias in node.names):
                return True
        if any(self._names.fullmatch(part) for part in (node.module or "").split(".")):
            return True
        return any(
            self._names.fullmatch(alias.name) or self._helper.fullmatch(alias.name) for alias in node.names
        )

    def _is_about_clip(self, module: str) -> bool:
        return self._about.search(module.lower()) is not None or _holds(self._marks.packages, module)


def load_gate(extra: Iterable[Path] = ()) -> Gate:
    """The gate of all tables, the user's ``extra`` ones included; TableError where one of those is broken."""
    return _gate(stamps(extra))


@functools.lru_cache(maxsize=8)
def _gate(extra: Stamps) -> Gate:
    return Gate(load_marks(extra))


def may_use_clip(data: bytes) -> bool:
    """`Gate.may_use_clip` of clip-lint's own tables."""
    return load_gate().may_use_clip(data)


def uses_clip(tree: ast.Module) -> bool:
    """`Gate.uses_clip` of clip-lint's own tables."""
    return load_gate().uses_clip(tree)


_TELLING = frozenset(
    {ast.Constant, ast.Attribute, ast.Call, ast.Dict, ast.Tuple, ast.Import, ast.ImportFrom, ast.FunctionDef}
)
_BARREN = frozenset(
    {ast.Name, ast.Load, ast.Store, ast.Del, ast.Import, ast.ImportFrom, ast.Constant, str, type(None)}
)
"""Nodes below which nothing tells anything, more than half of a tree, and what lists hold beside nodes."""


def _telling(tree: ast.Module) -> list[ast.AST]:
    """The nodes that may tell something, found with an explicit stack: deep expressions must not exhaust the interpreter's."""
    stack: list[ast.AST] = [tree]
    found = []
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind in _TELLING:
            found.append(node)
        if kind in _BARREN:
            continue
        for name in kind._fields:  # half the time of `ast.iter_child_nodes`
            value = getattr(node, name, None)
            if isinstance(value, list):
                stack += value
            elif isinstance(value, ast.AST):
                stack.append(value)
    return found


def _class(node: ast.Call) -> str:
    """What a factory is called on."""
    owner = getattr(node.func, "value", None)
    return owner.id if isinstance(owner, ast.Name) else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _for_both(loaded: set[tuple[str, str]]) -> set[str]:
    """The ids of which a tokenizer is loaded and what makes pictures ready: by themselves neither proves anything."""
    texts = {text for text, name in loaded if "Tokenizer" in name}
    return texts & {text for text, name in loaded if "Processor" in name or "Extractor" in name}


def _holds(packages: frozenset[str], module: str) -> bool:
    """Whether a module is one of the packages or lies in one."""
    while module:
        if module in packages:
            return True
        module = module.rpartition(".")[0]
    return False


def _bytes(words: Iterable[str]) -> Iterator[bytes]:
    return (word.encode() for word in sorted(words))


def _is_plain(pattern: str) -> bool:
    return not set(pattern) & set("*?")


def _hints(marks: Marks) -> set[str]:
    """Words in lower case of which a file that uses CLIP holds one."""
    known = shortest(word.lower() for word in (*marks.words, *marks.ids, *marks.packages, *marks.towers))
    for wild in (*marks.names, *marks.texts):
        if not any(word in wild.lower() for word in known):
            known.add(max(re.split(r"[*?]+", wild), key=len).lower())
    return shortest(known)


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words; one that fits nothing where there are none."""
    return "|".join(map(re.escape, sorted(words))) or r"(?!)"


def _any_wild(words: Iterable[str]) -> str:
    """The same for words with wildcards."""
    return "|".join(map(_as_pattern, sorted(words))) or r"(?!)"


def _as_pattern(wild: str) -> str:
    return re.escape(wild).replace(r"\*", r"[\w.-]*").replace(r"\?", r"[\w.-]")


def _in_a_line(marks: Marks) -> Iterator[str]:
    """What tells something within one line: imports, then names."""
    word = _any(marks.words)
    loaded = "".join(rf"(?<!{re.escape(prefix)})" for prefix in sorted(marks.own_files))
    yield rf"(?:from|import)[ \t]+(?:{_any(marks.packages)})\b"
    yield rf"import[^\n]*\b(?:\w+_)?(?:{word})(?:_\w+)?\b"
    yield rf"from[ \t]+(?!\.)[\w.]*(?:{word})\w*[ \t]+import"
    yield rf"from[ \t]+\.\w*{loaded}(?:{word})\w*[ \t]+import(?![ \t]*\*)"
    yield rf"(?:{_any_wild(marks.names)})\b"
    yield rf"(?:{_any(marks.towers)})\b"
    yield rf"\b(?:{_any(marks.calls)})"
    yield rf"(?<![A-Za-z0-9])(?:{_any(marks.packages - marks.words)})(?![A-Za-z0-9])"


def _id_in_a_line(marks: Marks) -> str:
    """A checkpoint's id, or a text that tells as much, in a line in lower case."""
    texts = "|".join(
        re.escape(text.lower()).replace(r"\*", "").replace(r"\?", ".") for text in sorted(marks.texts)
    )
    return rf"/[\w.-]*(?:{_any(marks.ids)})[\w.-]*[\"']|(?:{texts})"


def _helper(marks: Marks) -> str:
    """A function or module of the project's own that says it is about CLIP, not about clipping or film clips."""
    return rf"(?:^|.*_){_word(marks)}(?:_.*|$)"


def _word(marks: Marks) -> str:
    """The word in a name, where the words beside it give it no other meaning."""
    before = "".join(rf"(?<!{re.escape(each)}_)" for each in sorted(marks.not_after))
    return rf"{before}(?:{_any(marks.words)})(?!_(?:{_any(marks.not_before)}))"
