"""Whether a program is nested so deeply that libcst's parser, which is recursive, might exhaust the stack.

The parser is native code: nothing catches it. So its depth is bounded from above before it starts, by a scan over
brackets, operators, strings and indentation. What is too deep for it is left to `ast`, which guards itself.
"""

from __future__ import annotations

import re

MOST = 450
"""What a program may cost. A unit is 1.4 kB of stack: with 630 kB the smallest threads in use (1 MB) are safe."""
_BRACKET = 5
_NESTED = 2
_INDENT = 14
_DEEPEST_CASE = 6
"""libcst tries the patterns of a `case` again and again: each level takes three times as long."""

_CODE = re.compile(
    r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])(?P<formatted>'''|\"\"\"|'|\")"
    r"|(?P<string>'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\"|\Z)"
    r"|'(?!'')(?:[^'\\\n]|\\.)*+(?:'|(?=\n)|\\?\Z)|\"(?!\"\")(?:[^\"\\\n]|\\.)*+(?:\"|(?=\n)|\\?\Z)|\.(?!\d)|(?:(?<=\d)|\b)(?:and|or|not|if|await|is)\b)"
    r"|(?P<operator>[-+*/%@&|^<>~!]+)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,;])|(?P<colon>:)"
    r"|(?P<line>\n[ \t\f]*)(?![ \t\f\r\n#\\]|\Z)|(?:(?<=\d)|\b)(?:(?P<lambda>lambda)|(?P<for>for)|(?P<in>in)|(?P<elif>elif))\b"
    r"|\#[^\n]*|\\\n",
    re.DOTALL,
)
"""A text that does not end reaches to the end of its line, or of the program: no parser comes further, and looking for its end from
each of many quotes would take the square of the length."""
_TEXT = re.compile(
    r"\\N\{[^}]*\}|\\.|\{\{|\}\}|(?P<open>\{)|(?P<close>\})|(?P<quote>'''|\"\"\"|'|\")", re.DOTALL
)
_BRACES, _FORMAT = "{}", ":"


def is_too_deep(text: str) -> bool:
    """Whether libcst should not be trusted with a program.

    What is open is kept as frames: a bracket, an f-string by its quote, its braces, the format behind their colon. The
    cost of all that is open is ``base``; ``chain`` is that of the operators since the last comma. The commas between
    ``lambda`` and its colon, or ``for`` and its ``in``, separate nothing.
    """
    frames: list[tuple[str, int, int, int, int]] = []
    base = chain = lambdas = loops = branches = position = 0
    kind = ""
    indents = [0]
    is_case = text.startswith("case")
    while True:
        in_text = kind not in ("", "(", _BRACES)
        match = (_TEXT if in_text else _CODE).search(text, position)
        if match is None:
            return False
        position = match.end()
        found = match.lastgroup
        if found == "string":
            chain += 1
        elif found == "comma":
            if not lambdas and not loops:
                chain = 0
            continue
        elif found == "operator":
            chain += position - match.start()
        elif found in ("open", "formatted") or (found == "colon" and kind == _BRACES):
            frames.append((kind, base, chain + 1, lambdas, loops))
            base += chain + 1 + _BRACKET
            chain = lambdas = loops = 0
            kind = _opened(match, found) if not in_text else _BRACES
            if is_case and len(frames) > _DEEPEST_CASE:
                return True
        elif found == "close" or (found == "quote" and match["quote"] == kind):
            if kind == _FORMAT:  # the brace closes the value as well
                kind, base, chain, lambdas, loops = frames.pop()
            if frames:
                kind, base, chain, lambdas, loops = frames.pop()
            continue
        elif found == "line":
            if frames:
                continue
            width = len(match["line"].expandtabs()) - 1
            while indents[-1] > width:
                indents.pop()
            if width > indents[-1]:
                indents.append(width)
            base = _INDENT * (len(indents) - 1)
            chain = lambdas = loops = 0
            is_case = text.startswith("case", position)
        elif found == "lambda":
            lambdas += 1
            chain += _NESTED
        elif found == "for":
            loops += 1
            chain += _NESTED
        elif found == "in":
            loops -= loops > 0
            chain += 1
        elif found == "colon":
            lambdas -= lambdas > 0
            continue
        elif found == "elif":
            branches += 1
        else:
            continue
        if base + chain + branches > MOST:
            return True


def _opened(match: re.Match[str], group: str) -> str:
    return match[group] if group == "formatted" else _FORMAT if group == "colon" else "("
