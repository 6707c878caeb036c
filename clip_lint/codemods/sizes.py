"""Who reads how large scores are, and not only which of them is larger: they must not be given other ones unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import targets
from clip_lint.codemods.uses import Made, Uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.calls import Calls
    from clip_lint.codemods.program import Program
    from clip_lint.codemods.uses import Use

_MOST_STEPS = 4
_PAIR = 2
_LIMITS = ("threshold", "radius", "max_distance", "min_score", "cutoff")
_WITHIN = ("range_search", "radius_neighbors", "query_radius")
_BY_PLACE = (cst.Is, cst.IsNot, cst.In, cst.NotIn)
_HIGHEST_FACTOR = 4.0
"""What divides raw products by more wants them small: cosines are."""


class Meaning(NamedTuple):
    """What scores are after a repair: the numbers that they may be held against and mean the same, and whether shares are lost.

    ``lowest`` and ``highest`` are None where no number goes on meaning the same; ``are_shares``: they added up to one, and will
    not; ``are_all``: they are those of a set that leaves nothing out, so that whoever reads them expects shares; ``were_long``: they
    were products of raw vectors.
    """

    lowest: float | None = None
    highest: float | None = None
    are_shares: bool = False
    are_all: bool = False
    were_long: bool = False


class Sizes(Uses):
    """The uses of scores: held against a number (wanted), handed to code that is not seen (leaves), shown or put in order."""

    def __init__(self, calls: Calls, meaning: Meaning) -> None:
        super().__init__(calls)
        self.meaning = meaning

    def _of(self, node: cst.BaseExpression) -> Iterator[Use]:
        """What uses scores."""
        above = self.names.parent(node)
        if isinstance(above, (cst.Comparison, cst.ComparisonTarget)):
            comparison = above if isinstance(above, cst.Comparison) else self.names.parent(above)
            if isinstance(comparison, cst.Comparison) and not self._is_harmless(comparison, node):
                yield Fate.WANTED
        elif isinstance(above, cst.BinaryOperation):
            yield Fate.WANTED if self._is_mixed(above, node) else Made(above)
        elif (isinstance(above, cst.AugAssign) and self.meaning.are_shares) or (
            isinstance(above, cst.FormattedStringExpression) and self.meaning.are_all
        ):
            yield Fate.WANTED
        elif not (isinstance(above, cst.Subscript) and node is above.value and self._is_other_field(above)):
            yield from super()._of(node)

    def _is_other_field(self, node: cst.Subscript) -> bool:
        text = self.calls.program.code(node.slice[0]).strip() if len(node.slice) == 1 else ""
        return text[:1] in ("'", '"') and text.strip("'\"").lower() in listed("scores", "other_fields")

    def _is_harmless(self, comparison: cst.Comparison, node: cst.BaseExpression) -> bool:
        """Whether a comparison says the same after the repair."""
        operands = [comparison.left, *(each.comparator for each in comparison.comparisons)]
        others = [each for each in operands if each is not node]
        if all(isinstance(each.operator, _BY_PLACE) for each in comparison.comparisons):
            return True
        return all(
            self._is_best_so_far(each, node) or self._is_best_so_far(node, each) or self.is_meant(each)
            for each in others
        )

    def _is_best_so_far(self, other: cst.BaseExpression, node: cst.BaseExpression) -> bool:
        """Whether a variable holds the best of the same scores."""
        owner = (
            self.names.owner(other.value, self.names.scope(other)) if isinstance(other, cst.Name) else None
        )
        if owner is None or not isinstance(other, cst.Name):
            return False
        values = [assigned_value(self.calls.program, each.node) for each in owner.bindings[other.value]]
        return any(each.deep_equals(node) for value in values if value is not None for each in targets(value))

    def is_meant(self, other: cst.BaseExpression) -> bool:
        """Whether a number that scores are held against means the same after the repair."""
        found = self._numbers(other)
        lowest, highest = self.meaning.lowest, self.meaning.highest
        if not found or lowest is None or highest is None:
            return False
        return all(lowest <= each <= highest for each in found)

    def _numbers(self, node: cst.BaseExpression | None, steps: int = 0) -> list[float]:
        """The numbers that an expression may be, empty where that is not known."""
        if steps > _MOST_STEPS or node is None:
            return []
        if isinstance(node, (cst.Integer, cst.Float)):
            return [float(node.evaluated_value)]
        if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
            return [-each for each in self._numbers(node.expression, steps + 1)]
        values: list[cst.BaseExpression | None] = []
        if isinstance(node, cst.Attribute):
            values = self.calls.attributes.get(node.attr.value, [])
        elif isinstance(node, cst.Name):
            owner = self.names.owner(node.value, self.names.scope(node))
            for kind, bound in owner.bindings[node.value] if owner is not None else ():
                if kind == "parameter" and isinstance(bound, cst.Param):
                    values += [bound.default, *self.calls.arguments(bound)]
                else:
                    values.append(assigned_value(self.calls.program, bound) if kind == "assignment" else None)
        found = [self._numbers(each, steps + 1) for each in values]
        return [each for some in found for each in some] if all(found) else []

    def _is_mixed(self, operation: cst.BinaryOperation, node: cst.BaseExpression) -> bool:
        """Whether what comes out depends on how large scores are beside something else."""
        if isinstance(operation.operator, cst.Modulo):
            return self.meaning.are_all  # a text gets them
        if isinstance(operation.operator, cst.MatrixMultiply):
            return False
        other = operation.left if operation.right is node else operation.right
        number = self._numbers(other)
        is_factor = isinstance(operation.operator, cst.Multiply) or (
            isinstance(operation.operator, cst.Divide) and operation.left is node
        )
        if self.meaning.are_shares:
            return not (is_factor and number)
        if self.meaning.were_long and is_factor and number:
            divides = isinstance(operation.operator, cst.Divide)
            return any(
                abs(each) > _HIGHEST_FACTOR if divides else 0 < abs(each) < 1 / _HIGHEST_FACTOR
                for each in number
            )
        return False

    def _member(self, above: cst.Attribute) -> Iterator[Use]:
        name = above.attr.value
        user = self.names.parent(above)
        call = user if isinstance(user, cst.Call) and user.func is above else None
        if self._asks(name):
            yield Fate.WANTED
        elif name in listed("scores", "comparing"):
            given = call.args[0].value if call is not None and call.args else None
            if given is None or not self.is_meant(given):
                yield Fate.WANTED
        elif name in listed("scores", "keeping"):
            yield Made(call or above)
        else:
            yield from super()._member(above)

    def _argument(self, argument: cst.Arg) -> Iterator[Use]:
        call = self.names.parent(argument)
        func = call.func if isinstance(call, cst.Call) else None
        if isinstance(func, cst.Attribute) and not self.calls.origin(func) and self._asks(func.attr.value):
            yield Fate.WANTED
        else:
            yield from super()._argument(argument)

    def _known(self, call: cst.Call, path: str) -> Iterator[Use]:
        name = path.rpartition(".")[2]
        if self._asks(name):
            yield Fate.WANTED
        elif name in listed("scores", "comparing"):
            if not any(self.is_meant(each.value) for each in call.args[:_PAIR]):
                yield Fate.WANTED
        elif name in listed("scores", "keeping"):
            yield Made(call)
        else:
            yield from super()._known(call, path)

    def _asks(self, name: str) -> bool:
        """Whether a function by its name takes scores for what they are: shares, or the exponents of something."""
        return (self.meaning.are_shares and name in listed("scores", "of_shares")) or (
            self.meaning.were_long and name in listed("scores", "of_small")
        )


def fate_of_scores(program: Program, calls: Calls, node: cst.BaseExpression, meaning: Meaning) -> Fate:
    """The worst that becomes of scores, or of vectors that scores are made of: wanted means that somebody reads their size."""
    return Flow(program, calls, Sizes(calls, meaning)).fate(node)


def are_neighbours_measured(program: Program, calls: Calls, meaning: Meaning) -> bool:
    """Whether how far the neighbours are that indexes find is held against a number, in any search of the program."""
    sizes = Sizes(calls, meaning)
    for name in listed("vectors", "searching"):
        for call in calls.sites.get(name, ()):
            limits = [
                each.value
                for each in call.args
                if each.keyword is not None and any(word in each.keyword.value for word in _LIMITS)
            ]
            if name in _WITHIN:
                limits += [each.value for each in call.args[1:2] if each.keyword is None]
            if not all(sizes.is_meant(each) for each in limits):
                return True
            flow = Flow(program, calls, sizes)
            above = program.parent(call)
            target = above.targets[0].target if isinstance(above, cst.Assign) else None
            is_pair = isinstance(target, (cst.Tuple, cst.List)) and len(target.elements) == _PAIR
            if is_pair and isinstance(target, (cst.Tuple, cst.List)):
                fate = flow.fate_of_target(target.elements[0].value)  # the places come second
            else:
                fate = flow.fate(call)
            if fate is Fate.WANTED:
                return True
    return False
