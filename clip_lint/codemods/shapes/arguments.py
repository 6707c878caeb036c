"""An argument put into a call, in the form that the others have."""

from __future__ import annotations

import libcst as cst

from clip_lint.codemods.program import NoFixError

_TIGHT = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)
_LATER = {"padding": ("max_length", "truncation"), "max_length": ("truncation",)}
"""Which arguments an argument stands before, whichever of them is given first."""
_NEWLINE = cst.TrailingWhitespace(newline=cst.Newline())


class AddArgument(cst.CSTTransformer):
    """Give a call the argument ``name=value``, or the argument another value.

    ``position`` is where it may stand without its name. ``step``, where it is given, indents arguments that are put on lines of
    their own. NoFixError where stars might bring the argument already.
    """

    def __init__(
        self,
        call: cst.Call,
        name: str,
        value: cst.BaseExpression,
        *,
        position: int | None = None,
        step: str = "",
    ) -> None:
        super().__init__()
        self.call = call
        self.name = name
        self.value = value
        self.position = position
        self.step = step

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  (libcst's name)
        """The call with its argument."""
        if original_node is not self.call:
            return updated_node
        given = list(updated_node.args)
        for index, argument in enumerate(given):
            if argument.keyword is not None and argument.keyword.value == self.name:
                return _with(updated_node, given, index, self.value)
        before = given[: self.position + 1] if self.position is not None else []
        if (
            self.position is not None
            and len(before) > self.position
            and not any(each.star or each.keyword for each in before)
        ):
            return _with(updated_node, given, self.position, self.value)
        if any(each.star for each in given):
            raise NoFixError("the arguments are not written out")
        if len(given) == 1 and isinstance(given[0].value, cst.GeneratorExp) and not given[0].value.lpar:
            raise NoFixError("a bare generator must be alone in its call")
        new = cst.Arg(self.value, keyword=cst.Name(self.name), equal=_TIGHT)
        later = _LATER.get(self.name, ())
        behind = [number for number, each in enumerate(given) if each.keyword and each.keyword.value in later]
        made = appended(updated_node, new)
        if behind and not any(map(_has_comment, given[behind[0] :])):
            made = _moved(made, behind[0])
        return spread(made, self.step) if self.step else made


def _has_comment(argument: cst.Arg) -> bool:
    """Whether something is said beside or below an argument."""
    comma = argument.comma.whitespace_after if isinstance(argument.comma, cst.Comma) else None
    spaces = [
        each
        for each in (comma, argument.whitespace_after_arg)
        if isinstance(each, cst.ParenthesizedWhitespace)
    ]
    return any(
        each.first_line.comment is not None or any(line.comment is not None for line in each.empty_lines)
        for each in spaces
    )


def _moved(call: cst.Call, index: int) -> cst.Call:
    """A call with its last argument at another place; line breaks and comments stay where they are."""
    names = [(each.keyword, each.equal, each.value) for each in call.args]
    ordered = [*names[:index], names[-1], *names[index:-1]]
    args = [
        each.with_changes(keyword=keyword, equal=equal, value=value)
        for each, (keyword, equal, value) in zip(call.args, ordered, strict=True)
    ]
    return call.with_changes(args=args)


def _with(call: cst.Call, given: list[cst.Arg], index: int, value: cst.BaseExpression) -> cst.Call:
    given[index] = given[index].with_changes(value=value)
    return call.with_changes(args=given)


def appended(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """A call with one argument more, on a line of its own where the others have theirs."""
    given = list(call.args)
    if not given:
        return call.with_changes(args=[argument])
    last = given[-1]
    is_spread = len(given) == 1 or _breaks(given[-2])
    opening = call.whitespace_before_args if is_spread else cst.SimpleWhitespace("")
    if isinstance(last.comma, cst.Comma):
        closing = last.comma.whitespace_after
        if isinstance(opening, cst.ParenthesizedWhitespace) and isinstance(
            closing, cst.ParenthesizedWhitespace
        ):
            given[-1] = last.with_changes(
                comma=last.comma.with_changes(whitespace_after=_line(closing, opening))
            )
            end = cst.Comma(whitespace_after=closing.with_changes(first_line=_NEWLINE, empty_lines=[]))
            return call.with_changes(args=[*given, argument.with_changes(comma=end)])
        spaced = last.comma.with_changes(whitespace_after=cst.SimpleWhitespace(" "))
        if isinstance(closing, cst.ParenthesizedWhitespace):
            given[-1] = last.with_changes(comma=spaced)
            return call.with_changes(args=[*given, argument.with_changes(whitespace_after_arg=closing)])
        given[-1] = last.with_changes(comma=spaced)
        return call.with_changes(args=[*given, argument])
    closing = last.whitespace_after_arg
    if isinstance(closing, cst.ParenthesizedWhitespace):
        if isinstance(opening, cst.ParenthesizedWhitespace):
            comma = cst.Comma(whitespace_after=_line(closing, opening))
            end_of_last = closing.with_changes(first_line=_NEWLINE, empty_lines=[])
        else:
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            end_of_last = closing
        given[-1] = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
        return call.with_changes(args=[*given, argument.with_changes(whitespace_after_arg=end_of_last)])
    given[-1] = last.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return call.with_changes(args=[*given, argument])


def _breaks(argument: cst.Arg) -> bool:
    """Whether the next argument begins a line."""
    return isinstance(argument.comma, cst.Comma) and isinstance(
        argument.comma.whitespace_after, cst.ParenthesizedWhitespace
    )


def spread(call: cst.Call, step: str) -> cst.Call:
    """A call with each argument on a line of its own, as formatters write one that is too long."""
    if not call.args or any(_breaks(each) for each in call.args):
        return call
    line = cst.ParenthesizedWhitespace(_NEWLINE, indent=True, last_line=cst.SimpleWhitespace(step))
    end = cst.ParenthesizedWhitespace(_NEWLINE, indent=True, last_line=cst.SimpleWhitespace(""))
    comma = cst.Comma(whitespace_after=line)
    args = [
        each.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")) for each in call.args
    ]
    args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=end))
    return call.with_changes(whitespace_before_args=line, args=args)


def _line(
    closing: cst.ParenthesizedWhitespace, opening: cst.ParenthesizedWhitespace
) -> cst.ParenthesizedWhitespace:
    """The break before a new argument: the comments that stood before the closing parenthesis, the others' indentation."""
    return closing.with_changes(indent=opening.indent, last_line=opening.last_line)
