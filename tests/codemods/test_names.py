"""Which scope binds a name, and which reads mean it."""

from __future__ import annotations

import libcst as cst
import pytest

from clip_lint.codemods.names import Names

PROGRAM = """\
import torch, numpy as np
from torch.nn import functional as F

x = 1

def outer(a, b=x, *rest, key: int = 2, **more):
    global counted
    counted = a + x
    found = [q for q in a if (seen := q)]
    for i, (j, *k) in found:
        pass

    class Holder:
        m = 1

        def method(self):
            nonlocal found
            found = m
            return self.x, seen

    return lambda t: t + found

match x:
    case {"a": value, **others}:
        pass
    case Point(m=inner) as whole:
        pass
try:
    pass
except OSError as error:
    print(error)
x += 1
"""


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(cst.parse_module(PROGRAM))


def scope(names: Names, name: str) -> dict[str, list[str]]:
    """The bindings of a function, class or the module by what binds them."""
    found = next(
        (each for each in names.scopes() if getattr(getattr(each.node, "name", None), "value", "") == name),
        names.top,
    )
    return {bound: [each.kind for each in bindings] for bound, bindings in found.bindings.items()}


def test_imports_assignments_and_patterns_bind_in_the_module(names: Names) -> None:
    top = scope(names, "")
    assert {name for name, kinds in top.items() if kinds == ["import"]} == {"torch", "np", "F"}
    assert {"value", "others", "inner", "whole", "error", "counted"} <= top.keys()
    assert top["x"] == ["assignment", "assignment"]


def test_parameters_loops_and_walruses_bind_in_the_function(names: Names) -> None:
    found = scope(names, "outer")
    assert [name for name, kinds in found.items() if kinds == ["parameter"]] == [
        "a",
        "b",
        "rest",
        "key",
        "more",
    ]
    assert {"i", "j", "k", "seen", "Holder"} <= found.keys()
    assert "q" not in found
    assert found["found"] == ["assignment", "assignment"]


def test_a_class_hides_its_names_from_its_methods(names: Names) -> None:
    assert "m" in names.top.reads
    assert scope(names, "Holder").keys() == {"m", "method"}


def test_reads_are_found_under_the_scope_that_binds_them(names: Names) -> None:
    outer = next(each for each in names.scopes() if isinstance(each.node, cst.FunctionDef))
    assert len(outer.reads["found"]) == 2
    assert len(outer.reads["seen"]) == 1
    assert "x" not in outer.reads
    assert len(names.top.reads["x"]) == 4


def test_what_stands_in_the_head_of_a_function_belongs_outside(names: Names) -> None:
    default = next(each for each in names.top.reads["x"] if isinstance(names.parent(each), cst.Param))
    assert names.scope(default) is names.top
