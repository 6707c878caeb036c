"""CLP101 to CLP105: another model where CLIP cannot answer, as a helper in the module, or as a snippet to start from.

Three shapes of code are rewritten: the zero-shot pipeline called with its labels, a Transformers model whose
``logits_per_image`` is taken of inputs made just for it, and OpenAI's model called with one picture. The helper gives what the following lines expect - the
pipeline's list, or scores of shape (1, labels) - so that these lines stay as they are.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.codemods.textual.helpers import definition
from clip_lint.codemods.textual.imports import merged, several
from clip_lint.codemods.textual.page import Change, NoFixError, Page
from clip_lint.codemods.textual.snippets import COCO, HELPERS, IMPORTS, RANK
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from clip_lint.language.meaning import Meaning

_MESSAGE = {
    "CLP101": "count the objects with a detector",
    "CLP102": "compare the boxes that a detector finds",
    "CLP103": "find each object with a detector and ask CLIP about its crop",
    "CLP104": "look for the thing with a detector; its absence is the answer",
    "CLP105": "compare DINOv2 features with the mean of each class",
}
_RELATIONS = frozenset({"left", "right", "above", "below", "inside", "overlapping"})


@dataclass(frozen=True)
class _Shape:
    """A call that is understood: the picture, the expression that its scores take the place of, what else goes."""

    image: str
    replaced: ast.AST
    before: str
    after: str
    removed: tuple[ast.stmt, ...]
    model: str = ""
    processor: str = ""
    is_ranked: bool = False
    """The following lines expect the pipeline's list."""


def scaffold(page: Page, finding: Finding) -> Fix:
    """A helper in the module and its call where the shape is recognised, else the snippet."""
    try:
        return _written(page, finding)
    except NoFixError:
        return suggestion(finding.code)


def suggestion(code: str) -> Fix:
    """What to use instead, with a program that runs."""
    from clip_lint.knowledge.alternatives import for_code  # noqa: PLC0415

    best = for_code(code)[0]
    return Fix(Applicability.SUGGESTION, f"use {best.name} ({best.install}):\n\n{best.snippet}")


def _written(page: Page, finding: Finding) -> Fix:
    prompts = [each.value for each in finding.details if each.key == "prompt"]
    place = next((each.place for each in finding.details if each.key == "call"), None)
    if len(prompts) < 2:
        raise NoFixError("the labels are not all known")
    call = page.node(place, ast.Call)
    if page.cell_of(call) and page.cell_of(call) != page.cell_of(page.tree.body[0]):
        raise NoFixError("in a notebook the helper would need a cell of its own")
    shape = _pipeline(page, call) or _openai(page, call) or _forward(page, call)
    labels = [each.value for each in finding.details if each.key == "label"]
    helper, argument = _asked(finding.code, labels if finding.code == "CLP105" else prompts)
    extra = f", {shape.model}, {shape.processor}" if helper == "binding_scores" else ""
    if helper == "binding_scores" and not shape.model:
        raise NoFixError("CLP103 needs a CLIP model at hand")
    text, names = HELPERS[helper]
    parts = [*names, helper, *(["rank_labels"] if shape.is_ranked else [])]
    definitions = [HELPERS[name][0] for name in names] + [text] + ([RANK] if shape.is_ranked else [])
    changes: list[Change] = []
    for name in parts:
        if name in page.words:
            raise NoFixError(f"{name} means something else already")
    imports: dict[str, set[str]] = {}
    for name in [*names, helper]:
        for origin, what in IMPORTS.get(name, ()):
            imports.setdefault(origin, set()).update(what)
    changes += _imports(page, imports)
    changes.append(definition(page, "\n\n".join(definitions)))
    changes.append(
        page.replace(shape.replaced, f"{shape.before}{helper}({shape.image}, {argument}{extra}){shape.after}")
    )
    keeps = {shape.model, shape.processor} if helper == "binding_scores" else set()
    for statement in (*shape.removed, *_unused_loads(page, shape, keeps)):
        changes.append(_line_removal(page, statement))
    message = f"{_MESSAGE[finding.code]}: another model is loaded, and results change"
    return Fix(Applicability.UNSAFE, message, page.edits(merged(changes)))


def _imports(page: Page, wanted: dict[str, set[str]]) -> list[Change]:
    from clip_lint.codemods.textual.imports import module  # noqa: PLC0415

    changes: list[Change] = []
    for origin in sorted(wanted):
        if wanted[origin]:
            changes += several(page, origin, tuple(sorted(wanted[origin])))
        else:
            name, more = module(page, origin, page.tree.body[-1])
            if name != origin:
                raise NoFixError(f"{origin} goes under another name")
            changes += more
    return changes


def _pipeline(page: Page, call: ast.Call) -> _Shape | None:
    """``classifier(image, candidate_labels=...)``."""
    labels = next((each.value for each in call.keywords if each.arg == "candidate_labels"), None)
    if labels is None or not call.args:
        return None
    image = _single(page, call.args[0])
    written = page.code(labels)
    if "#" in page.code(call) and "\n" in page.code(call):
        raise NoFixError("a comment stands in the call")
    return _Shape(
        image, call, f"rank_labels({_one_line(written)}, ", ")", (), page.code(call.func), "", is_ranked=True
    )


def _openai(page: Page, call: ast.Call) -> _Shape | None:
    """``logits_per_image, _ = model(pixels, clip.tokenize(texts))`` with ``pixels = preprocess(picture).unsqueeze(0)``."""
    forward = page.parents[call]
    if isinstance(forward, ast.Attribute) and forward.attr == "to":  # clip.tokenize(texts).to(device)
        forward = page.parents[page.parents[forward]]
    if (
        not isinstance(forward, ast.Call)
        or len(forward.args) != 2
        or not isinstance(forward.args[0], ast.Name)
    ):
        return None
    statement = page.parents[forward]
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=name), ast.Name(id=other)])]):
            if (
                sum(
                    isinstance(each, ast.Name) and each.id == other
                    for each in ast.walk(page.scope(statement))
                )
                > 1
            ):
                return None
        case _:
            return None
    pixels = forward.args[0].id
    values = [
        each.value
        for each in ast.walk(page.scope(statement))
        if isinstance(each, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == pixels for t in each.targets)
    ]
    if len(values) != 1 or ".unsqueeze(0)" not in page.code(values[0]):
        return None
    for each in ast.walk(values[0]):
        name_of = getattr(each, "func", None)
        called = name_of.attr if isinstance(name_of, ast.Attribute) else getattr(name_of, "id", "")
        if isinstance(each, ast.Call) and len(each.args) == 1 and "preprocess" in called:
            return _Shape(_single(page, each.args[0]), statement, f"{name} = ", "", ())
    return None


def _one_line(text: str) -> str:
    joined = " ".join(line.strip() for line in text.split("\n"))
    return joined.replace("[ ", "[").replace(", ]", "]").replace(",]", "]")


def _forward(page: Page, call: ast.Call) -> _Shape:
    """``inputs = processor(text=..., images=image)`` and ``model(**inputs).logits_per_image``."""
    images = next((each.value for each in call.keywords if each.arg == "images"), None)
    statement = page.statement(call)
    if (
        images is None
        or not isinstance(statement, ast.Assign)
        or statement.value is not call
        or not isinstance(statement.targets[0], ast.Name)
    ):
        raise NoFixError("the shape of the code is not recognised")
    image = _single(page, images)
    forward = _sole_use(page, statement, statement.targets[0].id)
    parent = page.parents[page.parents[forward]]
    if (
        not isinstance(parent, ast.Call)
        or parent.args
        or len(parent.keywords) != 1
        or parent.keywords[0].arg is not None
    ):
        raise NoFixError("the shape of the code is not recognised")
    removed: list[ast.stmt] = [statement]
    above = page.parents[parent]
    if isinstance(above, ast.Attribute) and above.attr == "logits_per_image":
        replaced: ast.expr = above
    elif isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        use = _sole_use(page, above, above.targets[0].id)
        attribute = page.parents[use]
        if not isinstance(attribute, ast.Attribute) or attribute.attr != "logits_per_image":
            raise NoFixError("more than the scores is used")
        if len(page.block(above)) == 1:
            raise NoFixError("nothing would be left in its block")
        removed.append(above)
        replaced = attribute
    else:
        raise NoFixError("the shape of the code is not recognised")
    if not isinstance(parent.func, ast.Name) or not isinstance(call.func, ast.Name):
        raise NoFixError("the shape of the code is not recognised")
    if any("#" in page.code(each) for each in removed):
        raise NoFixError("a comment stands in what would go")
    return _Shape(image, replaced, "", "", tuple(removed), parent.func.id, call.func.id)


def _sole_use(page: Page, statement: ast.stmt, name: str) -> ast.Name:
    scope = page.scope(statement)
    found = [each for each in ast.walk(scope) if isinstance(each, ast.Name) and each.id == name]
    loads = [each for each in found if isinstance(each.ctx, ast.Load)]
    if len(loads) != 1 or len(found) != 2:
        raise NoFixError("what the call gives is used for more")
    return loads[0]


_PICTURES = frozenset(
    {"image", "img", "frame", "picture", "photo", "pil_image", "path", "image_path", "file"}
)


def _single(page: Page, node: ast.expr) -> str:
    """The expression of one picture; NoFixError where it may be several."""
    if isinstance(node, ast.List) and len(node.elts) == 1:
        node = node.elts[0]
    text = page.code(node)
    if "\n" in text:
        raise NoFixError("the picture spans several lines")
    if (isinstance(node, ast.Constant) and isinstance(node.value, str)) or (
        isinstance(node, ast.Name) and node.id.lower() in _PICTURES
    ):
        return text
    if (
        isinstance(node, ast.Call)
        and ("Image.open" in text or "load_image" in text)
        and not text.startswith("[")
    ):
        return text
    if isinstance(node, ast.Name):
        for each in ast.walk(page.tree):
            if isinstance(each, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == node.id for t in each.targets
            ):
                value = page.code(each.value)
                if isinstance(each.value, ast.Call) and value.startswith(("Image.open(", "load_image(")):
                    return text
    raise NoFixError("it may be several pictures")


def _asked(code: str, prompts: list[str]) -> tuple[str, str]:
    """The helper, and what it is asked for each label as it is written in the call."""
    from clip_lint.language.reading import read_prompt  # noqa: PLC0415

    if code == "CLP105":
        return "kind_scores", repr(prompts).replace("'", '"') if not any(
            '"' in each for each in prompts
        ) else repr(prompts)
    meanings = [read_prompt(each) for each in prompts]
    makers = {"CLP101": _count, "CLP102": _relation, "CLP103": _binding, "CLP104": _presence}
    helper = {
        "CLP101": "count_scores",
        "CLP102": "relation_scores",
        "CLP103": "binding_scores",
        "CLP104": "presence_scores",
    }[code]
    return helper, f"[{', '.join(makers[code](each, meanings) for each in meanings)}]"


def _noun(word: str) -> str:
    """A word as COCO calls it; NoFixError where COCO has no such class."""
    from clip_lint.language.singular import singular  # noqa: PLC0415

    for name in (word, singular(word)):
        found = COCO.get(name)
        if found:
            return found
    raise NoFixError(f"the detector has no class {word!r}")


def _count(meaning: Meaning, _: list[Meaning]) -> str:
    objects = [each for each in meaning.objects if each not in {"photo", "picture", "image"}]
    if not meaning.counts and len(objects) == 1 and not {"many", "some", "group"} & set(meaning.words):
        return f'("{_noun(objects[0])}", 1)'
    if len(meaning.counts) != 1 or meaning.counts[0].value is None:
        raise NoFixError("no plain number of one thing")
    count = meaning.counts[0]
    return f'("{_noun(count.noun.split()[-1])}", {count.value})'


def _relation(meaning: Meaning, _: list[Meaning]) -> str:
    objects = [each for each in meaning.objects if each not in {"photo", "picture", "image"}]
    if len(meaning.relations) != 1 or len(objects) != 2 or meaning.relations[0].value not in _RELATIONS:
        raise NoFixError("no plain relation of two things")
    return f'("{_noun(objects[0])}", "{meaning.relations[0].value}", "{_noun(objects[1])}")'


def _binding(meaning: Meaning, _: list[Meaning]) -> str:
    if len(meaning.bindings) < 2 or len({each.noun for each in meaning.bindings}) != len(meaning.bindings):
        raise NoFixError("no plain properties of several things")
    pairs = ", ".join(f'"{_noun(each.noun)}": "{" ".join(each.words)}"' for each in meaning.bindings)
    return f"{{{pairs}}}"


def _presence(meaning: Meaning, meanings: list[Meaning]) -> str:
    nouns = {each.objects[-1] for each in meanings if each.objects}
    if len(nouns) != 1 or len({bool(each.negations) for each in meanings}) != 2:
        raise NoFixError("the labels are no plain pair of with and without")
    return f'("{nouns.pop()}", {not meaning.negations})'


def _unused_loads(page: Page, shape: _Shape, keeps: set[str]) -> list[ast.stmt]:
    """The loads of what only the replaced call used."""
    found: list[ast.stmt] = []
    for name in {shape.model, shape.processor} - keeps - {""}:
        names = [each for each in ast.walk(page.tree) if isinstance(each, ast.Name) and each.id == name]
        stores = [each for each in names if isinstance(each.ctx, ast.Store)]
        if len(names) != 2 or len(stores) != 1:
            continue
        statement = page.parents[stores[0]]
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Call)
            and len(page.block(statement)) > 1
            and page.stands_alone(statement)
            and "#"
            not in page.text[
                page.span(statement)[0] : page.line_start(page.line_of(page.span(statement)[1]) + 1)
            ]
        ):
            found.append(statement)
    return found


def _line_removal(page: Page, statement: ast.stmt) -> Change:
    if not page.stands_alone(statement):
        raise NoFixError("the statement shares its line with another")
    first, last = page.line_of(page.span(statement)[0]), page.line_of(page.span(statement)[1])
    if last >= len(page.source.lines) or "#" in page.line(last):
        raise NoFixError("a comment belongs to what would go")
    return Change(page.line_start(first), page.line_start(last + 1), "")
