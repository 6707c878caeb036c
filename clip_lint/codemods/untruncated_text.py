"""CLP305: a tokenizer that cuts over-long text, where neither the exception nor the length is the point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.arguments import with_argument
from clip_lint.codemods.calls import Calls
from clip_lint.codemods.carried import lacks
from clip_lint.codemods.codemod import SAFE, SUGGESTION, UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.handlers import Handlers
from clip_lint.codemods.program import NoFixError, expression
from clip_lint.codemods.uses import Made, Uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.codemods.uses import Use
    from clip_lint.core.finding import Finding

_OF_TRANSFORMERS = frozenset(
    {
        "text", "images", "return_tensors", "padding", "truncation", "max_length", "add_special_tokens", "return_attention_mask",
    }
)  # fmt: skip
_CARRYING = frozenset(
    {"to", "cpu", "cuda", "long", "int", "unsqueeze", "squeeze", "clone", "contiguous", "pin_memory", "input_ids", "data", "get",
     "attention_mask", "items", "type", "repeat", "expand"}
)  # fmt: skip
"""What is done to tokens without asking how many there are."""


class TokenUses(Uses):
    """Where tokens go: into a model (good), out of sight, or to somebody who asks how many there are.

    A slice asks so too, unless it is what the finding is about (``is_cut``).
    """

    is_cut = False

    def _of(self, node: cst.BaseExpression) -> Iterator[Use]:
        """What uses tokens."""
        above = self.names.parent(node)
        if isinstance(above, cst.Subscript) and node is above.value and not (_is_key(above) or self.is_cut):
            yield Fate.WANTED
        elif isinstance(above, (cst.For, cst.CompFor)):
            if not _is_items(node):
                yield Fate.WANTED
        else:
            yield from super()._of(node)

    def _member(self, above: cst.Attribute) -> Iterator[Use]:
        user = self.names.parent(above)
        if above.attr.value in _CARRYING:
            yield Made(user if isinstance(user, cst.Call) and user.func is above else above)
        else:
            yield Fate.WANTED

    def _known(self, call: cst.Call, path: str) -> Iterator[Use]:
        if path.partition(".")[0] in ("torch", "dict", "list", "tuple"):
            yield from super()._known(call, path)
        elif path not in ("print", "isinstance"):
            yield Fate.WANTED

    def _argument(self, argument: cst.Arg) -> Iterator[Use]:
        call = self.names.parent(argument)
        is_read_by_model = (
            isinstance(call, cst.Call)
            and not self.calls.origin(call.func)
            and self.calls.is_component(call.func)
        )
        if not is_read_by_model:
            yield from super()._argument(argument)


def _is_key(node: cst.Subscript) -> bool:
    index = node.slice[0].slice
    return isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString)


def _is_items(node: cst.BaseExpression) -> bool:
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value == "items"
    )


class TruncateText(Codemod):
    """Let the tokenizer cut over-long text."""

    stage = Stage.FEED

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)
        self.uses = TokenUses(self.calls)
        self.flow = Flow(program, self.calls, self.uses)
        self.handlers = Handlers(program, self.calls)

    def patch(self, finding: Finding) -> Patch:
        """``truncation=True``, or ``truncate=True`` for the tokenizers that call it so."""
        option = said(finding, "option")
        if not option:
            raise NoFixError("a slice is for its author to undo")
        call = self.program.node(finding.place, cst.Call)
        module, _, function = self.calls.origin(call.func).rpartition(".")
        if option == "truncate" and lacks(self.program.source, module, function, option):
            raise NoFixError("the project's own copy of the library has no such argument")
        position = 2 if option == "truncate" else None
        change = with_argument(self.program, call, option, expression("True"), position=position)
        message = f"pass `{option}=True`"
        try:
            check_library(call, option)
            check_purpose(self.program, call)
        except NoFixError as error:
            return Patch(SUGGESTION, f"{message}, unless {error}", (change,))
        self.uses.is_cut = said(finding, "cut") == "by hand"
        fate = self.flow.fate(call)
        if isinstance(self.program.parent(call), cst.Expr) or fate is Fate.WANTED:
            return Patch(
                SUGGESTION, f"{message}, unless the length or the exception is the point here", (change,)
            )
        handled = self.handlers.of(call)
        if handled:
            return Patch(UNSAFE, f"{message}; {handled}", (change,))
        # The tokenizers of this option always give the same length: nobody can ask for it.
        is_seen = option == "truncate" and not self.flow.is_imported
        if fate is Fate.LEAVES and not is_seen:
            return Patch(UNSAFE, f"{message}; code that is not seen gets the tokens", (change,))
        return Patch(SAFE, message, (change,))


def check_purpose(program: Program, call: cst.Call) -> None:
    """NoFixError where the code wants all tokens and no others, to count them or to say what was cut."""
    for each in call.args:
        name = each.keyword.value if each.keyword is not None else ""
        if name == "add_special_tokens" and program.code(each.value) == "False":
            raise NoFixError("the tokens are counted, not encoded")
    statement = program.statement(call)
    targets = statement.targets if isinstance(statement, cst.Assign) else ()
    if any("untruncated" in program.code(each.target).lower() for each in targets):
        raise NoFixError("the tokens are wanted untruncated")


def check_library(call: cst.Call, option: str) -> None:
    """NoFixError unless the call can only be of the library whose option this is.

    A variable may hold another library's tokenizer on another path, and that one takes no such option.
    """
    if option == "truncate":
        func = call.func
        name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
        is_known = name == "tokenize"
    else:
        is_known = any(
            each.keyword is not None and each.keyword.value in _OF_TRANSFORMERS for each in call.args
        )
    if not is_known:
        raise NoFixError("it may be another library's tokenizer on another path")
