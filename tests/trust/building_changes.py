"""Transformations that hand over what is made ready in other ways: objects, closures, generators, tasks, registries."""

from __future__ import annotations

import ast
from collections.abc import Callable

from deeper_changes import DATASET, PROGRAM, _Loader, _local_in_functions
from rewriting import (
    Files,
    Halves,
    Scopes,
    Transformation,
    bound,
    flat,
    halves,
    imports_first,
    parsed,
    read_inside,
    text_of,
)


def _filled(template: str, **bodies: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a template, in which a name in capitals that stands alone is a place for other statements."""

    class Fill(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
            if isinstance(node.value, ast.Name) and node.value.id in bodies:
                return bodies[node.value.id] or [ast.Pass()]
            return node

    module = Fill().visit(ast.parse(template))
    assert isinstance(module, ast.Module)
    return module.body


class _Spelled(ast.NodeTransformer):
    """Names that are read become other expressions."""

    def __init__(self, names: list[str], spell: Callable[[str], str]) -> None:
        self.names = names
        self.spell = spell

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names or isinstance(node.ctx, ast.Store):
            return node
        return ast.parse(self.spell(node.id), mode="eval").body


def _cut(text: str) -> Halves | None:
    """The program in two, where the first half can stand in a function and the second in another."""
    cut = halves(text)
    if cut is None or any(isinstance(node, Scopes) for node in cut.first):
        return None
    if read_inside(cut.second) & bound(cut.first) - set(cut.shared):
        return None
    return cut if not any(isinstance(node, ast.ClassDef) for node in cut.second) else None


def _handed_over(template: str, imports: str = "") -> Transformation:
    """FIRST and SECOND are the halves, SHARED the names that go from one to the other, ASSIGNED the same as keywords."""

    def change(text: str) -> Files | None:
        cut = _cut(text)
        if cut is None:
            return None
        written = template.replace("SHARED", ", ".join(cut.shared))
        written = written.replace("ASSIGNED", ", ".join(f"{name}={name}" for name in cut.shared))
        body = _filled(written, FIRST=cut.first, SECOND=cut.second)
        return {PROGRAM: text_of([*cut.imports, *parsed(imports), *body])}

    return change


def _reached(template: str, spell: str, imports: str = "") -> Transformation:
    """The second half reaches what the first made by other expressions: ``spell`` with NAME in it."""

    def change(text: str) -> Files | None:
        cut = _cut(text)
        if cut is None:
            return None
        shared = cut.shared  # before the second half reads it otherwise
        if set(shared) & bound(cut.second) or _local_in_functions(set(shared), cut.second):
            return None
        spelled = _Spelled(shared, lambda name: spell.replace("NAME", name))
        second = [spelled.visit(node) for node in cut.second]
        fields = "; ".join(f"{name}: object" for name in shared)
        written = template.replace("ASSIGNED", ", ".join(f"{name}={name}" for name in shared))
        body = _filled(written.replace("FIELDS", fields), FIRST=cut.first, SECOND=second)
        return {PROGRAM: text_of([*cut.imports, *parsed(imports), *body])}

    return change


def _in_base_class(text: str, *, elsewhere: bool) -> Files | None:
    """A base class keeps what is made ready on ``self``, and a class below it uses that."""
    cut = _cut(text)
    if cut is None:
        return None
    shared = cut.shared  # before the second half reads it otherwise
    if set(shared) & bound(cut.second) or _local_in_functions(set(shared), cut.second):
        return None
    spelled = _Spelled(shared, lambda name: f"self.{name}")
    second = [spelled.visit(node) for node in cut.second]
    kept = parsed("\n".join(f"self.{name} = {name}" for name in shared))
    base = _filled("class Base:\n    def __init__(self):\n        FIRST\n", FIRST=[*cut.first, *kept])
    below = _filled("class Below(Base):\n    def run(self):\n        SECOND\nBelow().run()\n", SECOND=second)
    if not elsewhere:
        return {PROGRAM: text_of([*cut.imports, *base, *below])}
    return {
        "base.py": text_of([*cut.imports, *base]),
        PROGRAM: text_of([*cut.imports, *parsed("from base import Base\n"), *below]),
    }


def _collated(text: str) -> Files | None:
    """Pictures come from a loader whose batches an object puts together."""
    imports, rest = imports_first(text)
    change = _Loader()
    changed = [change.visit(node) for node in rest]
    if not change.count:
        return None
    for node in (each for statement in changed for each in ast.walk(statement)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DataLoader":
            node.keywords.append(ast.keyword("collate_fn", ast.parse("Together('cpu')", mode="eval").body))
    together = (
        "class Together:\n    def __init__(self, device):\n        self.device = device\n"
        "    def __call__(self, items):\n        return torch.stack([item for item in items]).to(self.device)\n"
    )
    link = "import torch\nfrom torch.utils.data import DataLoader, Dataset\n"
    return {PROGRAM: text_of([*imports, *parsed(link), *parsed(DATASET), *parsed(together), *changed])}


class _Each(ast.NodeTransformer):
    """What loops run over, written otherwise."""

    def __init__(self, spell: str) -> None:
        self.spell = spell
        self.count = 0

    def _wrapped(self, node: ast.expr) -> ast.expr:
        self.count += 1
        made = ast.parse(self.spell, mode="eval").body
        return _Spelled(["OVER"], lambda _: ast.unparse(node)).visit(made)  # type: ignore[no-any-return]

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = self._wrapped(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = self._wrapped(node.iter)
        return node


def _over(spell: str, imports: str = "") -> Transformation:
    def change(text: str) -> Files | None:
        imported, rest = imports_first(text)
        each = _Each(spell)
        changed = [each.visit(node) for node in rest]
        return {PROGRAM: text_of([*imported, *parsed(imports), *changed])} if each.count else None

    return change


def _walrus(text: str) -> Files | None:
    """Names at the top level get their values inside a test."""
    made: list[ast.stmt] = []
    count = 0
    for node in flat(text):
        match node:
            case ast.Assign(targets=[ast.Name() as target], value=ast.Call() as value):
                count += 1
                test = ast.NamedExpr(target, value)
                made.append(ast.Expr(test))
            case _:
                made.append(node)
    return {PROGRAM: text_of(made)} if count else None


BUILDING: dict[str, Transformation] = {
    "closure": _handed_over(
        "def build():\n    FIRST\n    def go():\n        SECOND\n    return go\nbuild()()\n"
    ),
    "partial": _handed_over(
        "FIRST\ndef work(SHARED):\n    SECOND\ngo = functools.partial(work, ASSIGNED)\ngo()\n",
        "import functools\n",
    ),
    "context manager": _handed_over(
        "@contextlib.contextmanager\ndef ready():\n    FIRST\n    yield (SHARED,)\nwith ready() as (SHARED,):\n    SECOND\n",
        "import contextlib\n",
    ),
    "context object": _handed_over(
        "class Ready:\n    def __enter__(self):\n        FIRST\n        return (SHARED,)\n    def __exit__(self, *error):\n"
        "        return False\nwith Ready() as (SHARED,):\n    SECOND\n"
    ),
    "generator": _handed_over(
        "def ready():\n    FIRST\n    yield (SHARED,)\n(SHARED,) = next(ready())\nSECOND\n"
    ),
    "registry of makers": _handed_over(
        "def make():\n    FIRST\n    return (SHARED,)\nMAKERS = {'usual': make}\n(SHARED,) = MAKERS['usual']()\nSECOND\n"
    ),
    "registry by a decorator": _handed_over(
        "MAKERS = {}\ndef register(name):\n    def keep(maker):\n        MAKERS[name] = maker\n        return maker\n"
        "    return keep\n@register('usual')\ndef make():\n    FIRST\n    return (SHARED,)\n(SHARED,) = MAKERS['usual']()\nSECOND\n"
    ),
    "match": _handed_over(
        "import sys\nmatch sys.argv[1:]:\n    case ['run']:\n        FIRST\n        SECOND\n    case _:\n        print('run')\n"
    ),
    "async": _handed_over(
        "async def ready():\n    FIRST\n    return (SHARED,)\nasync def main():\n    (SHARED,) = await ready()\n    SECOND\n"
        "asyncio.run(main())\n",
        "import asyncio\n",
    ),
    "thread pool": _handed_over(
        "FIRST\ndef work(SHARED):\n    SECOND\nwith ThreadPoolExecutor() as pool:\n    pool.submit(work, SHARED).result()\n",
        "from concurrent.futures import ThreadPoolExecutor\n",
    ),
    "static method": _handed_over(
        "class Job:\n    @staticmethod\n    def ready():\n        FIRST\n        return (SHARED,)\n    @classmethod\n"
        "    def run(cls):\n        (SHARED,) = cls.ready()\n        SECOND\nJob.run()\n"
    ),
    "callable object": _handed_over(
        "class Job:\n    def __call__(self, SHARED):\n        SECOND\nFIRST\nJob()(SHARED)\n"
    ),
    "cached": _handed_over(
        "@functools.cache\ndef ready():\n    FIRST\n    return (SHARED,)\n(SHARED,) = ready()\nSECOND\n",
        "import functools\n",
    ),
    "try": _handed_over(
        "try:\n    FIRST\nexcept OSError as error:\n    raise SystemExit(1) from error\nSECOND\n"
    ),
    "keywords in a mapping": _handed_over(
        "FIRST\ndef work(SHARED):\n    SECOND\nparts = dict(ASSIGNED)\nwork(**parts)\n"
    ),
    "attributes of a namespace": _reached(
        "FIRST\nparts = SimpleNamespace(ASSIGNED)\nSECOND\n",
        "parts.NAME",
        "from types import SimpleNamespace\n",
    ),
    "fields of a dataclass": _reached(
        "@dataclass\nclass Parts:\n    FIELDS\nFIRST\nparts = Parts(ASSIGNED)\nSECOND\n",
        "parts.NAME",
        "from dataclasses import dataclass\n",
    ),
    "named tuple": _reached(
        "class Parts(NamedTuple):\n    FIELDS\nFIRST\nparts = Parts(ASSIGNED)\nSECOND\n",
        "parts.NAME",
        "from typing import NamedTuple\n",
    ),
    "entries of a mapping": _reached("FIRST\nparts = dict(ASSIGNED)\nSECOND\n", "parts['NAME']"),
    "class body": _reached("class Parts:\n    FIRST\nSECOND\n", "Parts.NAME"),
    "base class": lambda text: _in_base_class(text, elsewhere=False),
    "base class in another file": lambda text: _in_base_class(text, elsewhere=True),
    "loader with a collate object": _collated,
    "itertools.chain": _over("itertools.chain(OVER)", "import itertools\n"),
    "islice": _over("itertools.islice(OVER, None)", "import itertools\n"),
    "reversed list": _over("list(OVER)"),
    "tqdm": _over("tqdm(OVER, desc='work')", "from tqdm import tqdm\n"),
    "walrus": _walrus,
}
