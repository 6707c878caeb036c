"""Fixes for CLP110, CLP112 and CLP116: the labels as the model reads them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.helpers import helper
from clip_lint.codemods.textual.imports import module
from clip_lint.codemods.textual.page import COMPREHENSIONS, FUNCTIONS, Change, NoFixError, Page
from clip_lint.core.finding import Applicability, Finding, Fix
from clip_lint.language.labels import is_key

if TYPE_CHECKING:
    from clip_lint.core.place import Place

UNSAFE = Applicability.UNSAFE
_KEYWORDS = ("text", "texts", "candidate_labels", "sentences", "labels")
_READABLE = '''def {name}(key):
    """The words of a dataset key: `trafficLight` and `traffic/light` become `traffic light`."""
    return {re}.sub(r"(?<=[a-z])(?=[A-Z])|[_/\\\\]+", " ", key).strip().lower()
'''
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def argument(page: Page, place: Place | None) -> tuple[ast.Call, ast.expr]:
    """The call in which prompts reach the model, and its argument that holds them."""
    call = page.node(place, ast.Call)
    for keyword in call.keywords:
        if keyword.arg in _KEYWORDS:
            return call, keyword.value
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call, call.args[0]
    raise NoFixError("the texts are not written in the call")


def _call_of(finding: Finding) -> Place | None:
    return next((each.place for each in finding.details if each.key == "call"), None)


def template(page: Page, finding: Finding) -> Fix:
    """CLP110: a template around each label where it is encoded; the list itself stays."""
    _, labels = argument(page, _call_of(finding))
    message = "put `a photo of a {}.` around the labels where they are encoded; scores and thresholds change"
    changes = _each(page, labels, "a photo of a {}.")
    return Fix(UNSAFE, message, page.edits(_on_own_line(page, labels, changes)))


_WIDEST = 100
"""A line that grows longer is split in two, unless the program has such lines anyway."""


def _on_own_line(page: Page, labels: ast.expr, changes: list[Change]) -> list[Change]:
    """The prompts under a name of their own, on the line before, where they would make a long line."""
    if len(changes) != 1 or (changes[0].start, changes[0].end) != page.span(labels):
        return changes
    number = page.line_of(changes[0].start)
    grown = len(page.line(number)) + len(changes[0].text) - (changes[0].end - changes[0].start)
    statement = page.statement(labels)
    if (
        grown <= max(_WIDEST, *map(len, page.source.lines))
        or not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return))
        or not page.stands_alone(statement)
        or is_repeated(page, labels, statement)
    ):
        return changes
    function = page.function(statement)
    # A local name of a function disturbs nobody where the function, and what is defined in it, does not know it.
    is_free = function is not None and "prompts" not in re.findall(r"\w+", page.code(function))
    name = "prompts" if is_free else page.fresh("prompts")
    return [page.before(statement, [f"{name} = {changes[0].text}"]), page.replace(labels, name)]


def _each(page: Page, labels: ast.expr, pattern: str) -> list[Change]:
    """Fill a template with each of the labels that an expression holds."""
    before, after = pattern.split("{}")
    if isinstance(labels, ast.ListComp):
        elt = labels.elt
        if isinstance(elt, ast.Name):
            return [page.replace(elt, f'f"{before}{{{elt.id}}}{after}"')]
        raise NoFixError("the labels are already made of something")
    if isinstance(labels, ast.List) and len(labels.elts) == 1 and isinstance(labels.elts[0], ast.Name):
        return [page.replace(labels.elts[0], f'f"{before}{{{labels.elts[0].id}}}{after}"')]
    if isinstance(labels, ast.Name) and _is_loop_variable(page, labels):
        return [page.replace(labels, f'f"{before}{{{labels.id}}}{after}"')]
    if isinstance(labels, (ast.JoinedStr, ast.Constant, ast.BinOp)):
        raise NoFixError("the text is no list of labels")
    source = labels
    if (
        isinstance(labels, ast.Call)
        and isinstance(labels.func, ast.Name)
        and labels.func.id in {"list", "tuple"}
    ):
        if len(labels.args) == 1 and not labels.keywords:
            source = labels.args[0]
    elif isinstance(labels, ast.Call) and not (
        isinstance(labels.func, ast.Attribute) and labels.func.attr in {"keys", "values"}
    ):
        raise NoFixError("the labels come from a call")
    text = page.code(source)
    if "\n" in text:
        raise NoFixError("the labels span several lines")
    name = "label" if not _is_name(source, "label") else "name"
    return [page.replace(labels, f'[f"{before}{{{name}}}{after}" for {name} in {text}]')]


def _is_name(node: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _is_loop_variable(page: Page, name: ast.Name) -> bool:
    """Whether a name is one item of a loop or comprehension around it."""
    for each in page.above(name):
        if isinstance(each, (ast.For, ast.AsyncFor)) and _is_name(each.target, name.id):
            return True
        if isinstance(each, COMPREHENSIONS) and any(_is_name(one.target, name.id) for one in each.generators):
            return True
    return False


_MOST_WORDS = 4
"""A label of more words is a sentence, and not to be rewritten for the key that stands in it."""


def readable(page: Page, finding: Finding) -> Fix:
    """CLP112: words in place of keys where they are encoded; the keys themselves stay."""
    _, labels = argument(page, _call_of(finding))
    message = "write the keys as words where they are encoded; scores change, and the words are a guess"
    if isinstance(labels, (ast.List, ast.Tuple)):
        literal = page.node(finding.place, ast.Constant)
        if literal not in labels.elts:
            raise NoFixError("the key is not written in the call")
        written = [each for each in labels.elts if isinstance(each, ast.Constant) and is_key(str(each.value))]
        if any(_occurrences(page, str(each.value)) > 1 for each in written):
            raise NoFixError("other code compares with the key")
        return Fix(
            UNSAFE, message, page.edits([page.replace(each, _requoted(page, each)) for each in written])
        )
    keys = [each.value for each in finding.details if each.key == "label"]
    if keys and all(_words(key) == key.lower() for key in keys if is_key(key)):
        raise NoFixError("the key has no words in it")
    if any(len(key.split()) > _MOST_WORDS for key in keys if is_key(key)):
        raise NoFixError("the keys stand in sentences")
    labels = _written_as(page, labels)
    if isinstance(labels, COMPREHENSIONS):
        source = labels.generators[0].iter
    elif isinstance(labels, ast.Name) and not _is_loop_variable(page, labels):
        source = labels
    else:
        raise NoFixError("the keys are not named in the call")
    text = page.code(source)
    if "readable_words" in text:
        raise NoFixError("the keys are made readable already")
    separators = {each for key in keys for each in "_/\\" if each in key}
    if len(separators) == 1 and not any(_CAMEL.search(key) for key in keys):
        changes = _replaced(page, labels, separators.pop())
        if changes:
            return Fix(UNSAFE, message, page.edits(changes))
    regular, changes = module(page, "re", labels)
    name, more = helper(page, "readable_words", _READABLE.replace("{re}", regular))
    wrapped = f"map({name}, {text})" if source is not labels else f"[{name}(key) for key in {text}]"
    return Fix(UNSAFE, message, page.edits([*changes, *more, page.replace(source, wrapped)]))


def _written_as(page: Page, labels: ast.expr) -> ast.expr:
    """The comprehension that makes the prompts, where their name is given to nothing else and used just there."""
    if isinstance(labels, ast.Name):
        named = [
            each
            for each in ast.walk(page.scope(labels))
            if isinstance(each, ast.Name) and each.id == labels.id
        ]
        if len(named) == 2 and isinstance(named[0].ctx, ast.Store):
            assigned = page.parents[named[0]]
            if isinstance(assigned, ast.Assign) and isinstance(assigned.value, ast.ListComp):
                return assigned.value
    return labels


def _occurrences(page: Page, text: str) -> int:
    return sum(isinstance(each, ast.Constant) and each.value == text for each in ast.walk(page.tree))


def _replaced(page: Page, labels: ast.expr, separator: str) -> list[Change]:
    """`.replace("_", " ")` on each label, where one such call does it; nothing where there is no room for it."""
    written = separator.replace("\\", r"\\")
    if isinstance(labels, ast.Name):
        name = "label" if labels.id != "label" else "name"
        return [page.replace(labels, f'[{name}.replace("{written}", " ") for {name} in {labels.id}]')]
    if not isinstance(labels, (ast.ListComp, ast.GeneratorExp)) or len(labels.generators) != 1:
        return []
    target = labels.generators[0].target
    used = [
        each
        for each in ast.walk(labels.elt)
        if isinstance(target, ast.Name) and isinstance(each, ast.Name) and each.id == target.id
    ]
    if len(used) != 1 or page.code(used[0]) != used[0].id:
        return []
    start, end = page.span(used[0])
    quote = '"'
    if any(isinstance(each, ast.JoinedStr) for each in page.above(used[0])):
        literal = next(each for each in page.above(used[0]) if isinstance(each, ast.JoinedStr))
        if (page.text[start - 1], page.text[end : end + 1]) != ("{", "}") or separator == "\\":
            return []
        quote = "'" if '"' in page.code(literal)[:3] else '"'
        if quote in page.code(literal)[:3]:
            return []
    return [Change(end, end, f".replace({quote}{written}{quote}, {quote} {quote})")]


def _words(key: str) -> str:
    return " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])|[_/\\]+", " ", key).split()).lower()


def _requoted(page: Page, literal: ast.Constant) -> str:
    written = page.code(literal)
    match = re.fullmatch(r"([\"'])(.*)\1", written)
    if match is None or match.group(2) != literal.value:
        raise NoFixError("the key is written in pieces")
    words = _words(match.group(2))
    if words == match.group(2).lower():
        raise NoFixError("the key has no words in it")
    return f"{match.group(1)}{words}{match.group(1)}"


def is_repeated(page: Page, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether an expression may run never or several times when its statement runs."""
    for each in page.above(node):
        if each is statement:
            return False
        if isinstance(each, (*FUNCTIONS, *COMPREHENSIONS, ast.IfExp, ast.BoolOp)):
            return True
    return False
