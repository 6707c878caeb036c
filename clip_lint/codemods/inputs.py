"""Fixes for CLP301 to CLP307: how the model is fed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from clip_lint.codemods.helpers import helper
from clip_lint.codemods.imports import module
from clip_lint.codemods.program import Change, NoFixError, Page
from clip_lint.codemods.scores import all_details, detail
from clip_lint.core.finding import Applicability, Finding, Fix

if TYPE_CHECKING:
    from clip_lint.core.place import Place

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE

_POOLED = '''def {name}(output):
    """The feature tensor: Transformers 5 returns an output object that holds it, Transformers 4 the tensor itself."""
    return getattr(output, "pooler_output", output)
'''


def pooler_output(page: Page, finding: Finding) -> Fix:
    """CLP307: the tensor inside the output object, on Transformers 5 or on both major versions."""
    call = page.node(finding.place, ast.Call)
    if isinstance(page.parents[call], ast.Await):
        raise NoFixError("what is awaited is no output yet")
    is_certain = detail(finding, "model") == "known" and not page.versions.is_assumed("transformers")
    if is_certain and page.versions.requires("transformers", ">=5"):
        end = page.span(call)[1]
        return Fix(SAFE, "take `.pooler_output`", page.edits([Change(end, end, ".pooler_output")]))
    message = "take `.pooler_output` where there is one: works on Transformers 4 and 5"
    statement = page.statement(call)
    if (
        isinstance(statement, ast.Assign)
        and statement.value is call
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
        and page.stands_alone(statement)
    ):
        name = statement.targets[0].id
        line = f'{name} = getattr({name}, "pooler_output", {name})'
        return Fix(SAFE, message, page.edits([page.after(statement, [line])]))
    name, changes = helper(page, "pooled_features", _POOLED)
    return Fix(SAFE, message, page.edits([*changes, *page.wrap(call, f"{name}(", ")")]))


def truncate(page: Page, finding: Finding) -> Fix:
    """CLP305: let the tokenizer cut over-long text."""
    option = detail(finding, "option")
    if not option:
        raise NoFixError("a slice is for its author to undo")
    call = page.node(finding.place, ast.Call)
    _check_signature(call, option)
    _check_purpose(page, call)
    change = page.keyword(call, option, "True", positional=2 if option == "truncate" else None)
    return Fix(SAFE, f"pass `{option}=True`", page.edits([change]))


_OF_TRANSFORMERS = frozenset(
    {
        "text",
        "images",
        "return_tensors",
        "padding",
        "truncation",
        "max_length",
        "add_special_tokens",
        "return_attention_mask",
    }
)


def _check_purpose(page: Page, call: ast.Call) -> None:
    """NoFixError where the code wants all tokens, to count them or to say what was cut."""
    if any(
        keyword.arg == "add_special_tokens" and ast.unparse(keyword.value) == "False"
        for keyword in call.keywords
    ):
        raise NoFixError("the tokens are counted, not encoded")
    statement = page.statement(call)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if any("untruncated" in page.code(target).lower() for target in targets):
        raise NoFixError("the tokens are wanted untruncated")


def _check_signature(call: ast.Call, option: str) -> None:
    """NoFixError unless the call can only be of the library whose option this is.

    A variable may hold open_clip's tokenizer on another path, and that one takes no such option.
    """
    if option == "truncate":
        is_known = (isinstance(call.func, ast.Attribute) and call.func.attr == "tokenize") or getattr(
            call.func, "id", ""
        ) == "tokenize"
    else:
        is_known = any(keyword.arg in _OF_TRANSFORMERS for keyword in call.keywords)
    if not is_known:
        raise NoFixError("it may be another library's tokenizer on another path")


def padding(page: Page, finding: Finding) -> Fix:
    """CLP302: pad to full length."""
    call = page.node(finding.place, ast.Call)
    _check_signature(call, "padding")
    message = 'pass `padding="max_length"`; stored text vectors must be made again'
    return Fix(UNSAFE, message, page.edits([page.keyword(call, "padding", '"max_length"')]))


def to_rgb(page: Page, finding: Finding) -> Fix:
    """CLP303: exchange red and blue before the model sees the array."""
    call = page.node(finding.place, ast.Call)
    wanted = detail(finding, "image")
    is_wrapped = isinstance(call.func, ast.Attribute) and call.func.attr == "fromarray" and call.args
    array = (
        call.args[0]
        if is_wrapped
        else next(
            (
                node
                for argument in (*call.args, *(keyword.value for keyword in call.keywords))
                for node in ast.walk(argument)
                if isinstance(node, ast.expr) and ast.unparse(node) == wanted
            ),
            None,
        )
    )
    if array is None or isinstance(array, (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)):
        raise NoFixError("the array is not named in the call")
    cv2, changes = module(page, "cv2", call)
    wrapped = page.wrap(array, f"{cv2}.cvtColor(", f", {cv2}.COLOR_BGR2RGB)")
    return Fix(UNSAFE, "convert from BGR to RGB; vectors change", page.edits([*changes, *wrapped]))


def checkpoint(page: Page, finding: Finding) -> Fix:
    """CLP301: the model's checkpoint for the processor too."""
    ours = _name_argument(page, finding.place)
    model = next((each.place for each in all_details(finding, "model")), None)
    name = detail(finding, "model")
    text = None
    if model is not None and model.path == page.source.path:
        theirs = _name_argument(page, model)
        if isinstance(theirs, ast.Constant):
            text = page.code(theirs)
        elif isinstance(theirs, ast.Name) and constant(page, theirs.id) == name:
            text = theirs.id
    if text is None:
        text = f'"{name}"'
    message = "load both from one checkpoint; that the model's is the right one is an assumption"
    return Fix(UNSAFE, message, page.edits([page.replace(_literal(page, ours), text)]))


def _literal(page: Page, argument: ast.expr) -> ast.expr:
    """Where the name is written: the argument itself."""
    if isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name) and constant(page, argument.id)):
        return argument
    raise NoFixError("the checkpoint is not written in the call")


_NAME_KEYWORDS = ("pretrained_model_name_or_path", "model_name", "name", "model_name_or_path")


def _name_argument(page: Page, place: Place) -> ast.expr:
    """The argument of a loading call that names the checkpoint or architecture."""
    call = page.node(place, ast.Call)
    for keyword in call.keywords:
        if keyword.arg in _NAME_KEYWORDS:
            return keyword.value
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    raise NoFixError("the checkpoint is not written in the call")


def constant(page: Page, name: str) -> str | None:
    """The string of a module-level name that is assigned once, None for anything else."""
    found = None
    for node in ast.walk(page.tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            statement = page.parents[node]
            if found is not None or page.parents.get(statement) is not page.tree:
                return None
            if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Constant):
                return None
            found = statement.value.value
        elif isinstance(node, ast.arg) and node.arg == name:
            return None
    return found if isinstance(found, str) else None


def _written(page: Page, argument: ast.expr) -> ast.expr:
    """Where the value of an argument is written: there, as a parameter's default, or as a module's constant."""
    function = page.function(argument)
    if isinstance(argument, ast.Name) and function is not None:
        parameters = [*function.args.posonlyargs, *function.args.args]
        defaults = dict(
            zip([each.arg for each in parameters[::-1]], function.args.defaults[::-1], strict=False)
        )
        argument = defaults.get(argument.id, argument)
    if isinstance(argument, ast.Name):
        for statement in page.tree.body:
            if (
                isinstance(statement, ast.Assign)
                and any(
                    isinstance(target, ast.Name) and target.id == argument.id for target in statement.targets
                )
                and constant(page, argument.id) is not None
            ):
                return statement.value
    return argument


def quickgelu(page: Page, finding: Finding) -> Fix:
    """CLP306: the architecture with the activation of its weights."""
    right, wrong = detail(finding, "architecture"), detail(finding, "written")
    argument = _written(page, _name_argument(page, finding.place))
    if not isinstance(argument, ast.Constant) or argument.value != wrong:
        raise NoFixError("the architecture is not written in the call")
    written = page.code(argument)
    if wrong not in written:
        raise NoFixError("the architecture is written in pieces")
    change = page.replace(argument, written.replace(wrong, right))
    return Fix(UNSAFE, f"load {right!r}; stored vectors must be made again", page.edits([change]))
