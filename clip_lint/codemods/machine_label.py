"""CLP112: words in place of dataset keys where they are encoded; keys that other code may compare with stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.helpers import helper
from clip_lint.codemods.imports import module
from clip_lint.codemods.looked_up import looked_up
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import loops
from clip_lint.codemods.program import NoFixError, expression
from clip_lint.codemods.shapes import Replace, each_of
from clip_lint.codemods.texts import by_call, is_loop_variable, mentions, quote_at, texts_of
from clip_lint.language.labels import is_key, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change

_MESSAGE = "write the keys as words where they are encoded; scores change, and the words are a guess"
_HELPER = "readable_words"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_WORDS = 4
"""A label of more words is a sentence, and not to be rewritten for the key that stands in it."""
_NO_WORDS = "the key has no words in it"

_Maker = cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp


class WriteKeysAsWords(Codemod):
    """Write dataset keys as words where they are encoded."""

    stage = Stage.LABEL

    def patch(self, finding: Finding) -> Patch:
        """The words in the list where it is written in a call, else made of the keys there, for each call that encodes them."""
        changes = [change for each in by_call(finding) for change in self._changes(each)]
        return Patch(UNSAFE, _MESSAGE, tuple(dict.fromkeys(changes)))

    def _changes(self, finding: Finding) -> Iterable[Change]:
        labels = texts_of(self.program, finding)
        if isinstance(labels, (cst.List, cst.Tuple)):
            return self._rewritten(finding, labels)
        keys = [each.value for each in finding.details if each.key == "label"]
        _check_words(keys)
        maker = self._maker(labels)
        separators = {each for key in keys for each in "_/\\" if each in key}
        is_plain = len(separators) == 1 and not any(_CAMEL.search(key) for key in keys)
        entry = looked_up(self.program, maker) if isinstance(maker, cst.ListComp) and is_plain else None
        if entry is not None:
            return (self._entry_with_blanks(entry, separators.pop()),)
        if maker is not None:
            self._check_uses(maker)
        elif not isinstance(labels, cst.Name) or is_loop_variable(self.program, labels):
            raise NoFixError("the keys are not named in the call")
        source = next(loops(maker)).iter if maker is not None else labels
        if _HELPER in self.program.code(source):
            raise NoFixError("the keys are made readable already")
        if is_plain:
            change = self._with_blanks(maker or labels, separators.pop())
            if change is not None:
                return (change,)
        return self._by_helper(maker, source)

    # --- keys that are written in the call

    def _rewritten(self, finding: Finding, labels: cst.List | cst.Tuple) -> tuple[Change, ...]:
        written = [each.value for each in labels.elements if isinstance(each.value, _STRINGS)]
        if not any(each is self.program.node(finding.place, _STRING) for each in written):
            raise NoFixError("the key is not written in the call")
        keys = [each for each in written if is_key(str(each.evaluated_value))]
        if any(self._occurrences(each) > 1 for each in keys):
            raise NoFixError("other code compares with the key")
        return tuple(self.program.replaced(each, _requoted(each)) for each in keys)

    def _occurrences(self, key: cst.SimpleString | cst.ConcatenatedString) -> int:
        value = key.evaluated_value
        return sum(
            isinstance(each, _STRINGS) and each.evaluated_value == value for each in self.program.names.nodes
        )

    # --- keys that have a name there

    def _maker(self, labels: cst.BaseExpression) -> _Maker | None:
        """The comprehension that makes the prompts, in the call or under a name that is given and used once."""
        if isinstance(labels, COMPREHENSIONS):
            return labels
        if not isinstance(labels, cst.Name):
            return None
        names = self.program.names
        owner = names.owner(labels.value, names.scope(labels))
        if owner is None or len(owner.bindings[labels.value]) != 1 or len(owner.reads[labels.value]) != 1:
            return None
        if owner is names.top and self.program.project.is_imported(self.program.source.path):
            return None
        bound = owner.bindings[labels.value][0].node
        target = names.parent(bound) if isinstance(bound, cst.Name) else None
        assigned = names.parent(target) if isinstance(target, cst.AssignTarget) else None
        if not isinstance(assigned, cst.Assign) or len(assigned.targets) > 1:
            return None
        is_here = names.function(bound) is names.function(labels)
        return assigned.value if is_here and isinstance(assigned.value, cst.ListComp) else None

    def _check_uses(self, maker: _Maker) -> None:
        """NoFixError where a comprehension does more with a key than to put it into a text."""
        targets = {each.target.value for each in loops(maker) if isinstance(each.target, cst.Name)}
        for each in self.program.names.below(maker):
            above = self.program.parent(each)
            if (
                isinstance(each, cst.Name)
                and each.value in targets
                and isinstance(above, (cst.Index, cst.Comparison, cst.ComparisonTarget))
            ):
                raise NoFixError("something is looked up by the key")

    def _with_blanks(self, labels: cst.BaseExpression, separator: str) -> Change | None:
        """`.replace("_", " ")` on each label, where one such call does it; None where there is no room for it."""
        if isinstance(labels, cst.Name):
            name = "name" if labels.value == "label" else "label"
            each = _blanked(cst.Name(name), separator, quote_at(self.program, labels))
            return self.program.replaced(labels, each_of(each, name, labels))
        if not isinstance(labels, (cst.ListComp, cst.GeneratorExp)) or len(list(loops(labels))) != 1:
            return None
        target = labels.for_in.target
        used = [
            each
            for each in self.program.names.below(labels.elt)
            if isinstance(each, cst.Name) and isinstance(target, cst.Name) and each.value == target.value
        ]
        if len(used) != 1:
            return None
        above = list(self.program.names.above(used[0]))
        if isinstance(above[0], cst.FormattedStringExpression) and above[0].equal is not None:
            return None  # it shows how it is written
        if separator == "\\" and any(isinstance(each, cst.FormattedString) for each in above):
            return None  # before Python 3.12 no backslash may stand there
        try:
            quote = quote_at(self.program, used[0])
        except NoFixError:
            return None
        return self.program.changed(used[0], Replace(used[0], lambda name: _blanked(name, separator, quote)))

    def _entry_with_blanks(self, entry: cst.Subscript, separator: str) -> Change:
        """`.replace("_", " ")` on what is looked up for a text."""
        if separator == "\\":
            raise NoFixError("before Python 3.12 no backslash may stand there")
        quote = quote_at(self.program, entry)
        return self.program.replaced(entry, _blanked(entry, separator, quote))

    def _by_helper(self, maker: _Maker | None, source: cst.BaseExpression) -> list[Change]:
        """The keys go through a function that makes words of them."""
        if maker is not None and any(each.asynchronous is not None for each in loops(maker)):
            raise NoFixError("the keys come one by one, when they are there")
        regular, changes = module(self.program, "re", source)
        pattern = self.program.module.code_for_node(regular)
        name, more = helper(
            self.program, _HELPER, lambda own, quote: _definition(own, pattern, quote), source
        )
        if maker is None:
            key = "each" if mentions(self.program, source, "key") else "key"
            new: cst.BaseExpression = each_of(expression(f"{name}({key})"), key, source)
        else:
            new = cst.Call(cst.Name("map"), [cst.Arg(cst.Name(name)), cst.Arg(source)])
        return [*changes, *more, self.program.replaced(source, new)]


_STRING = cst.SimpleString
_STRINGS = (cst.SimpleString, cst.ConcatenatedString)


def _definition(name: str, regular: str, quote: str) -> str:
    pattern = rf"r{quote}(?<=[a-z])(?=[A-Z])|[_/\\]+{quote}"
    return (
        f"def {name}(key):\n"
        '    """The words of a dataset key: `trafficLight` and `traffic/light` become `traffic light`."""\n'
        f"    return {regular}.sub({pattern}, {quote} {quote}, key).strip().lower()\n"
    )


def _check_words(keys: Sequence[str]) -> None:
    """NoFixError unless the keys are words written together."""
    written = [key for key in keys if is_key(key)]
    if keys and all(words_of(key) == key.lower() for key in written):
        raise NoFixError(_NO_WORDS)
    if any(len(key.split()) > _MOST_WORDS for key in written):
        raise NoFixError("the keys stand in sentences")


def _blanked(name: cst.BaseExpression, separator: str, quote: str) -> cst.BaseExpression:
    written = separator.replace("\\", r"\\")
    given = [cst.Arg(cst.SimpleString(f"{quote}{each}{quote}")) for each in (written, " ")]
    return cst.Call(cst.Attribute(name, cst.Name("replace")), given)


def _requoted(literal: cst.SimpleString | cst.ConcatenatedString) -> cst.SimpleString:
    """The words of a key as a string like the key's."""
    if not isinstance(literal, cst.SimpleString) or literal.prefix or len(literal.quote) != 1:
        raise NoFixError("the key is written in pieces")
    if literal.raw_value != literal.evaluated_value:
        raise NoFixError("the key is written in pieces")
    words = words_of(literal.raw_value)
    if words == literal.raw_value.lower():
        raise NoFixError(_NO_WORDS)
    return literal.with_changes(value=f"{literal.quote}{words}{literal.quote}")
