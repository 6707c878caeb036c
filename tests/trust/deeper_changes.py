"""Transformations that change how a program is built: classes, injected models, settings, data sets, functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from arithmetic_changes import ARITHMETIC
from rewriting import (
    Files,
    Functions,
    Scopes,
    Transformation,
    bound,
    flat,
    halves,
    imports_first,
    parsed,
    read_inside,
    read_names,
    text_of,
)

PROGRAM = "program.py"


class _OnSelf(ast.NodeTransformer):
    """Names of the module become attributes of ``self``."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        return ast.copy_location(ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx), node)


def _method(name: str, body: list[ast.stmt]) -> ast.stmt:
    (made,) = parsed(f"def {name}(self):\n    pass\n")
    assert isinstance(made, ast.FunctionDef)
    made.body = body or [ast.Pass()]
    return made


def _local_in_functions(names: set[str], statements: list[ast.stmt]) -> bool:
    """Whether functions or comprehensions have names of their own that are among these."""
    for each in statements:
        for node in ast.walk(each):
            if isinstance(node, ast.arg) and node.arg in names:
                return True
            if isinstance(node, ast.comprehension) and names & {
                name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)
            }:
                return True
            if isinstance(node, Functions) and names & bound(node.body):
                return True
    return False


def in_class(text: str) -> Files | None:
    """A class whose ``__init__`` makes things ready and keeps them on ``self``."""
    cut = halves(text)
    if cut is None:
        return None
    body = [*cut.first, *cut.second]
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    if any(node.decorator_list and "route" in ast.unparse(node) for node in functions):
        return None
    own = {node.name for node in functions}
    needed = read_names([*cut.second, *functions])
    names = (bound(cut.first) & needed) - {node.name for node in classes} | own
    if read_names(classes) & names or _local_in_functions(names, body):
        return None
    if any(node.args.args and node.args.args[0].arg == "self" for node in functions):
        return None
    init = [node for node in cut.first if node not in functions and node not in classes]
    run = [node for node in cut.second if node not in functions and node not in classes]
    if not init or not run or not bound(init) & read_names([*run, *functions]):
        return None
    change = _OnSelf(names)
    methods: list[ast.stmt] = []
    for node in functions:
        kept = node.decorator_list
        body_of = [change.visit(each) for each in node.body]
        node.body = body_of
        node.args.args.insert(0, ast.arg("self"))
        node.decorator_list = kept
        methods.append(node)
    made = parsed("class Runner:\n    pass\n")[0]
    assert isinstance(made, ast.ClassDef)
    made.body = [
        _method("__init__", [change.visit(each) for each in init]),
        *methods,
        _method("run", [change.visit(each) for each in run]),
    ]
    return {PROGRAM: text_of([*cut.imports, *classes, made, *parsed("Runner().run()\n")])}


def _injected(
    text: str, files: Callable[[list[str], Sequence[ast.stmt], list[ast.stmt], list[ast.stmt]], Files]
) -> Files | None:
    cut = halves(text)
    if cut is None or any(isinstance(node, ast.ClassDef) for node in cut.second):
        return None
    return files(cut.shared, cut.imports, cut.first, cut.second)


def _work(shared: list[str], body: list[ast.stmt]) -> ast.stmt:
    (made,) = parsed(f"def work({', '.join(shared)}):\n    pass\n")
    assert isinstance(made, ast.FunctionDef)
    made.body = body
    return made


def injected(text: str) -> Files | None:
    """What is made ready goes as arguments into a function of the same file."""
    return _injected(
        text,
        lambda shared, imports, first, second: {
            PROGRAM: text_of(
                [*imports, _work(shared, second), *first, *parsed(f"work({', '.join(shared)})\n")]
            )
        },
    )


def injected_elsewhere(text: str) -> Files | None:
    """The same, with the function in another file, and what is made ready in a function."""

    def files(
        shared: list[str], imports: Sequence[ast.stmt], first: list[ast.stmt], second: list[ast.stmt]
    ) -> Files:
        main = parsed("def main():\n    pass\n")[0]
        assert isinstance(main, ast.FunctionDef)
        main.body = [*first, *parsed(f"work({', '.join(f'{name}={name}' for name in shared)})\n")]
        return {
            "work.py": text_of([*imports, _work(shared, second)]),
            "start.py": text_of([*imports, *parsed("from work import work\n"), main, *parsed("main()\n")]),
        }

    return _injected(text, files)


def outlined(text: str) -> Files | None:
    """Each value that is made at the top level comes from a function that gets what it needs."""
    body = flat(text)
    made: list[ast.stmt] = []
    imports = bound([node for node in body if isinstance(node, ast.Import | ast.ImportFrom)])
    definitions = {node.name for node in body if isinstance(node, (*Functions, ast.ClassDef))}
    known = bound(body) - imports - definitions
    count = 0
    for node in body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call | ast.BinOp)
            and not any(isinstance(each, ast.NamedExpr | ast.Await) for each in ast.walk(node.value))
        ):
            count += 1
            needs = sorted(known & read_names([node.value]))
            (helper,) = parsed(f"def helper_{count}({', '.join(needs)}):\n    return None\n")
            assert isinstance(helper, ast.FunctionDef)
            helper.body = [ast.Return(node.value)]
            made.append(helper)
            (call,) = parsed(f"x = helper_{count}({', '.join(needs)})\n")
            assert isinstance(call, ast.Assign)
            call.targets = node.targets
            made.append(call)
        else:
            made.append(node)
    return {PROGRAM: text_of(made)} if count else None


def returned(text: str) -> Files | None:
    """What is made ready comes out of a function as a tuple."""
    cut = halves(text)
    if cut is None or any(isinstance(node, Scopes) for node in cut.first):
        return None
    if read_inside(cut.second) & bound(cut.first) - set(cut.shared):
        return None
    shared = ", ".join(cut.shared)
    setup = parsed("def setup():\n    pass\n")[0]
    assert isinstance(setup, ast.FunctionDef)
    setup.body = [*cut.first, *parsed(f"return {shared}")]
    return {PROGRAM: text_of([*cut.imports, setup, *parsed(f"{shared} = setup()\n"), *cut.second])}


LOADERS = frozenset({
    "from_pretrained", "load", "create_model", "create_model_and_transforms", "get_tokenizer", "SentenceTransformer",
    "pipeline", "create_model_from_pretrained", "tokenize", "available_models",
})  # fmt: skip


Named = dict[str, str | float]
"""Values by the names of their settings."""


class _Values(ast.NodeTransformer):
    """Names of checkpoints and thresholds of comparisons, taken out of the code."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        self.spell = spell
        self.values: Named = {}

    def _taken(self, node: ast.expr) -> ast.expr:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str | float | int):
            return node
        if isinstance(node.value, bool):
            return node
        kind = "model" if isinstance(node.value, str) else "number"
        name = f"{kind}_{len(self.values) + 1}"
        self.values[name] = node.value
        return ast.parse(self.spell(name), mode="eval").body

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in LOADERS:
            node.args = [self._taken(each) for each in node.args]
            for keyword in node.keywords:
                if keyword.arg in {"pretrained", "model_name", "model"}:
                    keyword.value = self._taken(keyword.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Gt | ast.Lt | ast.GtE | ast.LtE):
            node.comparators = [self._taken(each) for each in node.comparators]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Div):
            node.left, node.right = self._taken(node.left), self._taken(node.right)
        return node


def _configured(
    text: str, spell: Callable[[str], str], write: Callable[[Named], Files], link: str
) -> Files | None:
    imports, rest = imports_first(text)
    values = _Values(spell)
    changed = [values.visit(node) for node in rest]
    if not values.values:
        return None
    files = dict(write(values.values))
    prologue = files.pop("", "")
    return {**files, PROGRAM: text_of([*imports, *parsed(link), *parsed(prologue), *changed])}


def from_argparse(text: str) -> Files | None:
    """Checkpoints, thresholds and factors are defaults of command line options."""

    def write(values: Named) -> Files:
        lines = ["parser = argparse.ArgumentParser()"]
        for name, value in values.items():
            lines.append(f"parser.add_argument('--{name}', type={type(value).__name__}, default={value!r})")
        return {"": "\n".join([*lines, "args = parser.parse_args()"])}

    return _configured(text, lambda name: f"args.{name}", write, "import argparse\n")


def from_argparse_function(text: str) -> Files | None:
    """The same, with the parser in a function of another file."""

    def write(values: Named) -> Files:
        lines = ["import argparse", "def get_options():", "    parser = argparse.ArgumentParser()"]
        for name, value in values.items():
            lines.append(
                f"    parser.add_argument('--{name}', type={type(value).__name__}, default={value!r})"
            )
        return {
            "options.py": "\n".join([*lines, "    return parser.parse_args()", ""]),
            "": "args = get_options()",
        }

    return _configured(text, lambda name: f"args.{name}", write, "from options import get_options\n")


def from_settings(text: str) -> Files | None:
    """The same values stand in a module of settings."""

    def write(values: Named) -> Files:
        return {"settings.py": "\n".join(f"{name} = {value!r}" for name, value in values.items()) + "\n"}

    return _configured(text, lambda name: f"settings.{name}", write, "import settings\n")


def from_dataclass(text: str) -> Files | None:
    """The same values are fields of a dataclass."""

    def write(values: Named) -> Files:
        fields = [f"    {name}: {type(value).__name__} = {value!r}" for name, value in values.items()]
        return {"": "\n".join(["@dataclass", "class Config:", *fields, "config = Config()"])}

    return _configured(text, lambda name: f"config.{name}", write, "from dataclasses import dataclass\n")


def from_dictionary(text: str) -> Files | None:
    """The same values stand in a dictionary."""

    def write(values: Named) -> Files:
        return {"": "CONFIG = " + repr(values)}

    return _configured(text, lambda name: f"CONFIG['{name}']", write, "")


DATASET = """\
class Pictures(Dataset):
    def __init__(self, paths, transform):
        self.paths = paths
        self.transform = transform
    def __len__(self):
        return len(self.paths)
    def __getitem__(self, index):
        return self.transform(Image.open(self.paths[index]))
"""


class _Loader(ast.NodeTransformer):
    """Prepared pictures come from a data set and its loader."""

    def __init__(self) -> None:
        self.count = 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(
                        func=ast.Name() as transform,
                        args=[
                            ast.Call(func=ast.Attribute(value=ast.Name(id="Image"), attr="open"), args=[path])
                        ],
                        keywords=[],
                    ),
                    attr="unsqueeze",
                )
            ):
                paths: ast.expr = ast.List([path], ast.Load())
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="torch"), attr="stack"),
                args=[
                    ast.ListComp(
                        elt=ast.Call(
                            func=ast.Name() as transform,
                            args=[
                                ast.Call(
                                    func=ast.Attribute(value=ast.Name(id="Image"), attr="open"),
                                    args=[ast.Name()],
                                )
                            ],
                            keywords=[],
                        ),
                        generators=[ast.comprehension(iter=paths, ifs=[])],
                    )
                ],
            ):
                pass
            case _:
                return node
        self.count += 1
        loader = ast.parse("next(iter(DataLoader(Pictures(0, 1), batch_size=16)))", mode="eval").body
        (made,) = (
            each
            for each in ast.walk(loader)
            if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "Pictures"
        )
        made.args = [paths, transform]
        return loader


def loaded(text: str) -> Files | None:
    """Pictures that are prepared one by one come from a data set through a loader."""
    imports, rest = imports_first(text)
    change = _Loader()
    changed = [change.visit(node) for node in rest]
    if not change.count:
        return None
    link = parsed("from torch.utils.data import DataLoader, Dataset\n")
    return {PROGRAM: text_of([*imports, *link, *parsed(DATASET), *changed])}


DEEPER: dict[str, Transformation] = {
    "in a class": in_class,
    "injected": injected,
    "injected from another file": injected_elsewhere,
    "outlined": outlined,
    "setup returns a tuple": returned,
    "argparse": from_argparse,
    "argparse in another file": from_argparse_function,
    "settings module": from_settings,
    "dataclass": from_dataclass,
    "dictionary": from_dictionary,
    "data set and loader": loaded,
    **ARITHMETIC,
}
