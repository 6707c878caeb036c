"""Expressions as text on one line, in the spelling that messages use: that of the standard library's `ast.unparse`.

Own code, because findings must read the same under every Python, and its spelling of f-strings changed with 3.12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

(
    _NAMED, _TUPLE, _YIELD, _TEST, _OR, _AND, _NOT, _COMPARE, _BIT_OR, _BIT_XOR, _BIT_AND, _SHIFT, _ARITHMETIC, _TERM,
    _FACTOR, _POWER, _AWAIT, _ATOM,
) = range(18)  # fmt: skip
"""How tightly things bind; what binds less than its place asks for gets parentheses."""

_BINARY: dict[str, tuple[str, int]] = {
    "Add": ("+", _ARITHMETIC), "Sub": ("-", _ARITHMETIC), "Mult": ("*", _TERM), "MatMult": ("@", _TERM), "Div": ("/", _TERM),
    "Mod": ("%", _TERM), "LShift": ("<<", _SHIFT), "RShift": (">>", _SHIFT), "BitOr": ("|", _BIT_OR),
    "BitXor": ("^", _BIT_XOR), "BitAnd": ("&", _BIT_AND), "FloorDiv": ("//", _TERM), "Pow": ("**", _POWER),
}  # fmt: skip
_UNARY = {"Invert": ("~", _FACTOR), "Not": ("not ", _NOT), "UAdd": ("+", _FACTOR), "USub": ("-", _FACTOR)}
_COMPARING = {
    "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in",
    "NotIn": "not in",
}  # fmt: skip
_BRACKETS: dict[type[nodes.expr], str] = {nodes.ListComp: "[]", nodes.SetComp: "{}", nodes.GeneratorExp: "()"}
_QUOTES = ("'", '"', '"""', "'''")
_INFINITY = "1e309"


def unparse(node: nodes.expr) -> str:
    """The text of an expression."""
    return _write(node, _TEST)


def _write(node: nodes.expr, level: int, *, in_string: bool = False) -> str:
    """The text of an expression where something of ``level`` is asked for; ``in_string``: without backslashes."""
    return _WRITERS[type(node)](_Writer(level, in_string=in_string), node)


class _Writer:
    """How tightly the place of an expression binds, and whether it is inside an f-string."""

    __slots__ = ("in_string", "level")

    def __init__(self, level: int, *, in_string: bool) -> None:
        self.level = level
        self.in_string = in_string

    def of(self, node: nodes.expr, level: int = _TEST) -> str:
        """The text of a part."""
        return _write(node, level, in_string=self.in_string)

    def listed(self, parts: Sequence[nodes.expr]) -> str:
        return ", ".join(self.of(part) for part in parts)

    def items(self, parts: Sequence[nodes.expr]) -> str:
        return self.of(parts[0]) + "," if len(parts) == 1 else self.listed(parts)

    def bound(self, text: str, level: int) -> str:
        """A text in parentheses where its place asks for more than it binds."""
        return f"({text})" if self.level > level else text


def _name(_writer: _Writer, node: nodes.Name) -> str:
    return node.id


def _constant(writer: _Writer, node: nodes.Constant) -> str:
    value = node.value
    if value is ...:
        return "..."
    prefix = "u" if node.kind == "u" else ""
    if isinstance(value, (float, complex)):
        return prefix + repr(value).replace("inf", _INFINITY).replace("nan", f"({_INFINITY}-{_INFINITY})")
    if writer.in_string and isinstance(value, str):
        return prefix + _quoted(value)
    return prefix + repr(value)


def _attribute(writer: _Writer, node: nodes.Attribute) -> str:
    is_number = isinstance(node.value, nodes.Constant) and isinstance(node.value.value, int)
    return f"{writer.of(node.value, _ATOM)}{' ' if is_number else ''}.{node.attr}"


def _call(writer: _Writer, node: nodes.Call) -> str:
    given = [writer.of(each) for each in node.args]
    given += [
        f"**{writer.of(each.value)}" if each.arg is None else f"{each.arg}={writer.of(each.value)}"
        for each in node.keywords
    ]
    return f"{writer.of(node.func, _ATOM)}({', '.join(given)})"


def _subscript(writer: _Writer, node: nodes.Subscript) -> str:
    index = node.slice
    inner = writer.items(index.elts) if isinstance(index, nodes.Tuple) and index.elts else writer.of(index)
    return f"{writer.of(node.value, _ATOM)}[{inner}]"


def _slice(writer: _Writer, node: nodes.Slice) -> str:
    lower = writer.of(node.lower) if node.lower is not None else ""
    upper = writer.of(node.upper) if node.upper is not None else ""
    return f"{lower}:{upper}" + (f":{writer.of(node.step)}" if node.step is not None else "")


def _starred(writer: _Writer, node: nodes.Starred) -> str:
    return f"*{writer.of(node.value, _BIT_OR)}"


def _list(writer: _Writer, node: nodes.List) -> str:
    return f"[{writer.listed(node.elts)}]"


def _tuple(writer: _Writer, node: nodes.Tuple) -> str:
    return writer.bound(writer.items(node.elts), _TUPLE) if node.elts else "()"


def _set(writer: _Writer, node: nodes.Set) -> str:
    return f"{{{writer.listed(node.elts)}}}"


def _dict(writer: _Writer, node: nodes.Dict) -> str:
    entries = [
        f"**{writer.of(value, _BIT_OR)}" if key is None else f"{writer.of(key)}: {writer.of(value)}"
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    return f"{{{', '.join(entries)}}}"


def _binary(writer: _Writer, node: nodes.BinOp) -> str:
    operator, level = _BINARY[type(node.op).__name__]
    is_power = operator == "**"
    left, right = writer.of(node.left, level + is_power), writer.of(node.right, level + (not is_power))
    return writer.bound(f"{left} {operator} {right}", level)


def _unary(writer: _Writer, node: nodes.UnaryOp) -> str:
    operator, level = _UNARY[type(node.op).__name__]
    return writer.bound(f"{operator}{writer.of(node.operand, level)}", level)


def _boolean(writer: _Writer, node: nodes.BoolOp) -> str:
    word, level = ("and", _AND) if isinstance(node.op, nodes.And) else ("or", _OR)
    # The standard library asks each operand for more than the one before.
    parts = [writer.of(each, min(level + number, _ATOM)) for number, each in enumerate(node.values, 1)]
    return writer.bound(f" {word} ".join(parts), level)


def _compare(writer: _Writer, node: nodes.Compare) -> str:
    text = writer.of(node.left, _COMPARE + 1)
    for operator, each in zip(node.ops, node.comparators, strict=True):
        text += f" {_COMPARING[type(operator).__name__]} {writer.of(each, _COMPARE + 1)}"
    return writer.bound(text, _COMPARE)


def _if(writer: _Writer, node: nodes.IfExp) -> str:
    body, test = writer.of(node.body, _TEST + 1), writer.of(node.test, _TEST + 1)
    return writer.bound(f"{body} if {test} else {writer.of(node.orelse)}", _TEST)


def _walrus(writer: _Writer, node: nodes.NamedExpr) -> str:
    return writer.bound(f"{writer.of(node.target, _ATOM)} := {writer.of(node.value, _ATOM)}", _NAMED)


def _await(writer: _Writer, node: nodes.Await) -> str:
    return writer.bound(f"await {writer.of(node.value, _ATOM)}", _AWAIT)


def _yield(writer: _Writer, node: nodes.Yield) -> str:
    value = f" {writer.of(node.value, _ATOM)}" if node.value is not None else ""
    return writer.bound(f"yield{value}", _YIELD)


def _yield_from(writer: _Writer, node: nodes.YieldFrom) -> str:
    return writer.bound(f"yield from {writer.of(node.value, _ATOM)}", _YIELD)


def _lambda(writer: _Writer, node: nodes.Lambda) -> str:
    given = _parameters(writer, node.args)
    return writer.bound(f"lambda{' ' if given else ''}{given}: {writer.of(node.body)}", _TEST)


def _parameters(writer: _Writer, node: nodes.arguments) -> str:
    found = []
    positional = (*node.posonlyargs, *node.args)
    without = len(positional) - len(node.defaults)
    for number, each in enumerate(positional):
        default = f"={writer.of(node.defaults[number - without])}" if number >= without else ""
        slash = ", /" if number + 1 == len(node.posonlyargs) else ""
        found.append(f"{each.arg}{default}{slash}")
    if node.vararg is not None or node.kwonlyargs:
        found.append(f"*{node.vararg.arg if node.vararg is not None else ''}")
    for each, value in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        found.append(f"{each.arg}={writer.of(value)}" if value is not None else each.arg)
    if node.kwarg is not None:
        found.append(f"**{node.kwarg.arg}")
    return ", ".join(found)


def _generators(writer: _Writer, generators: Sequence[nodes.comprehension]) -> str:
    text = ""
    for each in generators:
        text += " async for " if each.is_async else " for "
        text += f"{writer.of(each.target, _TUPLE)} in {writer.of(each.iter, _TEST + 1)}"
        text += "".join(f" if {writer.of(test, _TEST + 1)}" for test in each.ifs)
    return text


def _comprehension(writer: _Writer, node: nodes.ListComp | nodes.SetComp | nodes.GeneratorExp) -> str:
    brackets = _BRACKETS[type(node)]
    return f"{brackets[0]}{writer.of(node.elt)}{_generators(writer, node.generators)}{brackets[1]}"


def _dict_comprehension(writer: _Writer, node: nodes.DictComp) -> str:
    entry = (
        f"{writer.of(node.key)}: {writer.of(node.value)}"
        if node.value is not None
        else f"**{writer.of(node.key)}"
    )
    return f"{{{entry}{_generators(writer, node.generators)}}}"


# --- f-strings


def _joined(writer: _Writer, node: nodes.JoinedStr | nodes.TemplateStr) -> str:
    letter = "t" if isinstance(node, nodes.TemplateStr) else "f"
    parts = [(_inner(value), isinstance(value, nodes.Constant)) for value in node.values]
    if writer.in_string:
        return letter + _quoted("".join(text for text, _ in parts))
    quotes: Sequence[str] = _QUOTES
    written = []
    for text, is_constant in parts:
        escaped, possible = _escaped(text, quotes, escape_blanks=is_constant)
        if set(possible).isdisjoint(quotes):  # no quote suits all parts
            return letter + "'''" + "".join(repr('"' + each)[2:-1] for each, _ in parts) + "'''"
        written.append(escaped)
        quotes = possible
    return letter + quotes[0] + "".join(written) + quotes[0]


def _inner(node: nodes.expr) -> str:
    """A value of an f-string as it stands between the quotes."""
    if isinstance(node, (nodes.JoinedStr, nodes.TemplateStr)):
        return "".join(_inner(value) for value in node.values)
    if isinstance(node, nodes.Constant):
        return str(node.value).replace("{", "{{").replace("}", "}}")
    if not isinstance(node, (nodes.FormattedValue, nodes.Interpolation)):
        return _write(node, _TEST, in_string=True)
    value = _write(node.value, _TEST + 1, in_string=True)
    gap = " " if value.startswith("{") else ""
    conversion = f"!{chr(node.conversion)}" if node.conversion != -1 else ""
    spec = f":{_inner(node.format_spec)}" if node.format_spec is not None else ""
    return f"{{{gap}{value}{conversion}{spec}}}"


def _quoted(text: str) -> str:
    """A string literal with as few backslashes as can be."""
    escaped, quotes = _escaped(text, _QUOTES, escape_blanks=False)
    return quotes[0] + escaped + quotes[0]


def _escaped(text: str, quotes: Sequence[str], *, escape_blanks: bool) -> tuple[str, Sequence[str]]:
    """A text as it stands between quotes, and which of the quotes may stand around it."""
    escaped = "".join(
        char
        if (not escape_blanks and char in "\n\t") or (char != "\\" and char.isprintable())
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
    possible = [quote for quote in quotes if "\n" not in escaped or len(quote) > 1]
    possible = [quote for quote in possible if quote not in escaped]
    if not possible:
        shown = repr(text)
        return shown[1:-1], [next((quote for quote in quotes if shown[0] in quote), shown[0])]
    if escaped:
        possible.sort(key=lambda quote: quote[0] == escaped[-1])
        if possible[0][0] == escaped[-1]:
            escaped = f"{escaped[:-1]}\\{escaped[-1]}"
    return escaped, possible


_WRITERS: dict[type[nodes.expr], Callable[[_Writer, Any], str]] = {
    nodes.Name: _name, nodes.Constant: _constant, nodes.Attribute: _attribute, nodes.Call: _call,
    nodes.Subscript: _subscript, nodes.Slice: _slice, nodes.Starred: _starred, nodes.List: _list, nodes.Tuple: _tuple,
    nodes.Set: _set, nodes.Dict: _dict, nodes.BinOp: _binary, nodes.UnaryOp: _unary, nodes.BoolOp: _boolean,
    nodes.Compare: _compare, nodes.IfExp: _if, nodes.NamedExpr: _walrus, nodes.Await: _await, nodes.Yield: _yield,
    nodes.YieldFrom: _yield_from, nodes.Lambda: _lambda, nodes.ListComp: _comprehension,
    nodes.SetComp: _comprehension, nodes.GeneratorExp: _comprehension, nodes.DictComp: _dict_comprehension,
    nodes.JoinedStr: _joined, nodes.TemplateStr: _joined, nodes.FormattedValue: lambda _, node: _inner(node),
    nodes.Interpolation: lambda _, node: _inner(node),
}  # fmt: skip
