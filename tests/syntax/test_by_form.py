"""What a node tells by its form alone is worked out once, and kept with the node for as long as that is there."""

from __future__ import annotations

from clip_lint.syntax import nodes
from clip_lint.syntax.outlined import outlined

asked: list[nodes.AST] = []


@nodes.by_form
def names(node: nodes.AST) -> tuple[str, ...]:
    """The names in a statement."""
    asked.append(node)
    return tuple(each.id for each in nodes.walk(node) if isinstance(each, nodes.Name))


@nodes.by_form
def size(node: nodes.AST) -> int:
    """How many nodes there are."""
    return len(list(nodes.walk(node)))


def test_each_node_is_asked_once_and_keeps_what_it_said() -> None:
    first, second = outlined("a = b\na = b\n").tree.body
    asked.clear()
    assert names(first) == names(first) == ("a", "b")
    assert asked == [first]
    assert names(second) == ("a", "b")
    assert asked == [first, second]  # it reads the same, and is another node


def test_two_questions_have_two_answers() -> None:
    (statement,) = outlined("a = b\n").tree.body
    assert (names(statement), size(statement)) == (("a", "b"), 5)
    assert (size(statement), names(statement)) == (5, ("a", "b"))
