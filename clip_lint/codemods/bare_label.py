"""CLP110: a template around each label where it is encoded; the list itself stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError, expression
from clip_lint.codemods.shapes import Replace, each_of
from clip_lint.codemods.texts import by_call, is_loop_variable, mentions, quote_at, texts_of
from clip_lint.language.numbers import is_plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change

_MESSAGE = "put `a photo of a {}.` around the labels where they are encoded; scores and thresholds change"
_NO_NOUN = re.compile(r"^(?:some|any|every|no)(?:thing|body|one|where)\b|\bto\b", re.IGNORECASE)
"""Labels before which no article goes: "something to drink"."""
_MANY = 3
_STUFF = (
    "wear",
    "ware",
    "clothing",
    "furniture",
    "equipment",
    "food",
    "water",
    "grass",
    "snow",
    "luggage",
    "jewelry",
    "traffic",
    "weather",
)
_JOINING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "with",
        "in",
        "on",
        "at",
        "and",
        "or",
        "for",
        "to",
        "from",
        "by",
        "without",
        "under",
        "over",
        "near",
    ]
)
_WHOLE = frozenset(
    {
        "text",
        "texts",
        "prompt",
        "prompts",
        "query",
        "queries",
        "caption",
        "captions",
        "sentence",
        "sentences",
        "text_list",
        "descriptions",
    }
)
"""How parameters are called that may be given whole sentences."""
_WIDEST = 100
"""A line that grows longer is split in two, unless the project's formatter, or the program itself, has other limits."""
_TEXTS = (cst.BaseString, cst.BinaryOperation, cst.BaseNumber, cst.Ellipsis)
_ONCE = (cst.Assign, cst.AnnAssign, cst.Expr, cst.Return)
_REPEATED = (cst.Lambda, *COMPREHENSIONS, cst.IfExp, cst.BooleanOperation)


class AddTemplate(Codemod):
    """Put a template around bare labels where they are encoded."""

    stage = Stage.LABEL

    def patch(self, finding: Finding) -> Patch:
        """The template in each call that encodes the labels, or on a line of its own before it."""
        changes = [change for each in by_call(finding) for change in self._changes(each)]
        return Patch(UNSAFE, _MESSAGE, tuple(dict.fromkeys(changes)))

    def _changes(self, finding: Finding) -> tuple[Change, ...]:
        if any(_NO_NOUN.search(each.value) for each in finding.details if each.key == "label"):
            raise NoFixError("no article goes before such a label")
        if any(_is_bundle(each.value) for each in finding.details if each.key == "label"):
            raise NoFixError("several words for one thing are no noun")
        if _are_uncounted([each.value for each in finding.details if each.key == "label"]):
            raise NoFixError("no `a` goes before what is many, or is not counted")
        labels = texts_of(self.program, finding)
        if isinstance(labels, cst.Name) and labels.value.lower() in _WHOLE and self._is_given(labels):
            raise NoFixError("whole sentences may be given to the function as well")
        single = self._single(labels)
        if single is not None:
            replaced = Replace(single, lambda _: self._filled(single.value, labels))
            return (self.program.changed(single, replaced),)
        source = _listed(labels)
        name = "name" if mentions(self.program, source, "label") else "label"
        prompts = each_of(self._filled(name, labels), name, source)
        return self._written(labels, prompts)

    def _is_given(self, name: cst.Name) -> bool:
        """Whether a name is a parameter."""
        owner = self.program.names.owner(name.value, self.program.names.scope(name))
        return owner is not None and any(each.kind == "parameter" for each in owner.bindings[name.value])

    def _filled(self, name: str, labels: cst.BaseExpression) -> cst.BaseExpression:
        quote = quote_at(self.program, labels)
        return expression(f"f{quote}a photo of a {{{name}}}.{quote}")

    def _single(self, labels: cst.BaseExpression) -> cst.Name | None:
        """The name that stands for one label, where the labels go in one by one."""
        if isinstance(labels, cst.ListComp):
            if isinstance(labels.elt, cst.Name):
                return labels.elt
            raise NoFixError("the labels are already made of something")
        if isinstance(labels, cst.List) and len(labels.elements) == 1:
            only = labels.elements[0]
            if isinstance(only, cst.Element) and isinstance(only.value, cst.Name):
                return only.value
        if isinstance(labels, cst.Name) and is_loop_variable(self.program, labels):
            return labels
        return None

    def _written(self, labels: cst.BaseExpression, prompts: cst.ListComp) -> tuple[Change, ...]:
        """The prompts in place of the labels; under a name, on the line before, where they would make a long line."""
        program = self.program
        here = program.replaced(labels, prompts)
        if "\n" in here.text:
            raise NoFixError("the labels span several lines")
        line = self._line(labels)
        if line is None or not self._is_too_long(here):
            return (here,)
        name = self._free_name(line)
        assigned = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], prompts)])
        return program.before(line, assigned), program.replaced(labels, cst.Name(name))

    def _is_too_long(self, change: Change) -> bool:
        lines = self.program.spans.lines
        grown = len(lines.of(lines.at(change.start)[0])) + len(change.text) - (change.end - change.start)
        is_formatted = self.program.project.line_length is not None
        return grown > max(self.program.width, 0 if is_formatted else _WIDEST)

    def _line(self, labels: cst.BaseExpression) -> cst.BaseStatement | None:
        """The line of the labels, where they are asked for once and a line before it does the same."""
        for above in self.program.names.above(labels):
            if isinstance(above, _REPEATED):
                return None
            if isinstance(above, (cst.BaseStatement, cst.BaseSmallStatement)):
                break
        try:
            line = self.program.line(labels)
        except NoFixError:
            return None
        is_plain = isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], _ONCE)
        return line if is_plain else None

    def _free_name(self, line: cst.BaseStatement) -> str:
        """A local name of a function disturbs nobody where the function, and what is defined in it, does not know it."""
        function = self.program.names.function(line)
        if function is not None and "prompts" not in re.findall(r"\w+", self.program.code(function)):
            return "prompts"
        return self.program.fresh("prompts")


def _are_uncounted(labels: Sequence[str]) -> bool:
    """Whether more than one label in ten takes no `a`: *green shoes*, *clothing*."""
    lasts = [label.lower().split()[-1] for label in labels if label.split()]
    found = [each for each in lasts if is_plural(each) or each.endswith(_STUFF)]
    return len(found) * 10 > len(lasts)


def _is_bundle(label: str) -> bool:
    """Whether a label is a row of key words: three or more, and nothing that joins them."""
    words = label.lower().split()
    return len(words) >= _MANY and not any(each in _JOINING for each in words)


def _listed(labels: cst.BaseExpression) -> cst.BaseExpression:
    """What the labels are taken from one by one; NoFixError for what is no list of labels as it stands."""
    if isinstance(labels, _TEXTS):
        raise NoFixError("the text is no list of labels")
    if not isinstance(labels, cst.Call):
        return labels
    if isinstance(labels.func, cst.Name) and labels.func.value in {"list", "tuple"}:
        is_copy = len(labels.args) == 1 and labels.args[0].keyword is None and not labels.args[0].star
        return labels.args[0].value if is_copy else labels
    if isinstance(labels.func, cst.Attribute) and labels.func.attr.value in {"keys", "values"}:
        return labels
    raise NoFixError("the labels come from a call")
