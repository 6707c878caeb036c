"""Programs that nobody would write, by the thousand: no fault, nothing slow, and no repair that breaks one.

    python tests/bench/mutants.py lint 50000 [--seed 7] [--from FOLDER ...]
    python tests/bench/mutants.py fix 10000

Each mutant is one of the cards' examples, or two that are crossed, after up to eight changes to its lines, tokens or syntax tree. What
fails is written into --keep FOLDER.
"""

from __future__ import annotations

import argparse
import ast
import io
import random
import re
import sys
import time
import tokenize
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1] / "fixing"))

from mended import BASE, configuration, mend

from clip_lint.core.cards import load_rules
from clip_lint.engine.lint import lint_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLOW = 2.0
"""Seconds of processor time."""
_TOKEN = re.compile(r"\w+|\s+|'[^'\n]*'|\"[^\"\n]*\"|[^\w\s]")
_ODD = (
    *("", "{}", "a photo of {}", "{0}", "%s %d", "a dog " * 90, "no", "\\x00", "\\N{BULLET}", "é" * 80, "{" * 40, "two red cats"),
)  # fmt: skip
_VALUES = (
    *("None", "...", "-1", "0", "10**9", "1e400", "9" * 200, "[]", "{}", "()", "''", "b''", "True", "*x", "**x", "x", "self", "torch"),
    *("model", "lambda *a: a", "[x for x in x]", "{**x}", "x if x else x", "(yield)", "(x := x)", "x[:, None]", "x @ x.T", "f'{x!r:>{x}}'"),
    *("range(10**12)", "['a'] * 10**9", "x.softmax(-1)", "x / x.norm(dim=-1, keepdim=True)", "open(x).read()", "type(x)(x)"),
)  # fmt: skip
_HEADS = (
    *("if x:", "else:", "for x in x:", "while x:", "try:", "except E as x:", "finally:", "with x as x:", "def x(x, *a, **k):"),
    *("class x(x):", "async def x():", "match x:", "case [x, *y]:", "@x", "elif x:", "return x", "global x", "del x", "raise x", "import x"),
    *("from x import *", "x = x", "x += x", "x.append(x)", "# noqa", "# clip-lint: disable", "# clip-lint: ignore[CLP101]", '"""', "x(", ")"),
)  # fmt: skip


@dataclass
class Tally:
    """What came of all mutants."""

    done: int = 0
    parsed: int = 0
    found: int = 0
    changed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0.0
    first: float = 0.0
    """Of the present mutant, what mending it took, without what is asked of it afterwards; 0 where it is only linted."""

    def __str__(self) -> str:
        slow = sum(seconds > SLOW for seconds, _ in self.slowest)
        tops = ", ".join(f"{seconds:.2f} s (no. {number})" for seconds, number in self.slowest[:5])
        return (
            f"{self.done} mutants, {self.parsed} parse, {self.found} with findings, {self.changed} changed; {sum(self.faults.values())} "
            f"faults {dict(self.faults)}; {slow} over {SLOW:g} s; slowest {tops}; {self.seconds:.0f} s in all"
        )


def seeds(folders: Sequence[Path]) -> list[str]:
    """The programs that mutants are made from."""
    own = [example.text for rule in load_rules().values() for example in rule.examples]
    files = [
        path for folder in folders for path in sorted(folder.rglob("*.py")) if path.stat().st_size < 12_000
    ]
    return own + [path.read_text("utf-8", "replace") for path in files]


def mutant(dice: random.Random, programs: Sequence[str]) -> str:
    """A program after a few changes; half of them keep to what parses."""
    text = dice.choice(programs)
    if dice.random() < 0.3:
        other = dice.choice(programs)
        text = text + "\n" + other if dice.random() < 0.5 else _crossed(dice, text, other)
    changes: Sequence[Callable[[random.Random, str], str]] = (
        (_tree,) if dice.random() < 0.6 else (_lines, _tokens, _tree, _bytes)
    )
    for _ in range(dice.randint(1, 8)):
        text = dice.choice(changes)(dice, text)[:60_000]
    return text


def _crossed(dice: random.Random, one: str, other: str) -> str:
    first, second = one.split("\n"), other.split("\n")
    return "\n".join(first[: dice.randrange(len(first) + 1)] + second[dice.randrange(len(second) + 1) :])


def _lines(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    at, to = dice.randrange(len(lines)), dice.randrange(len(lines))
    kind = dice.randrange(6)
    if kind == 0:
        lines[at:at] = lines[at : at + dice.randint(1, 5)] * dice.choice((1, 1, 2, 30))
    elif kind == 1:
        del lines[at : at + dice.randint(1, 3)]
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3:
        lines[at:at] = [re.match(r"\s*", lines[at])[0] + dice.choice(_HEADS)]  # type: ignore[index]
    elif kind == 4:
        lines[min(at, to) : max(at, to)] = ["    " + line for line in lines[min(at, to) : max(at, to)]]
    else:
        lines[at] = lines[at] + dice.choice(
            ("  # noqa", "  # clip-lint: ignore", "\\", ";", "  # noqa: CLP101")
        )
    return "\n".join(lines)


def _tokens(dice: random.Random, text: str) -> str:
    tokens = _TOKEN.findall(text) or [""]
    at, to = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    kind = dice.randrange(5)
    if kind == 0:
        tokens[at] = dice.choice(tokens)
    elif kind == 1:
        tokens[at], tokens[to] = tokens[to], tokens[at]
    elif kind == 2:
        del tokens[at : at + dice.randint(1, 4)]
    elif kind == 3:
        tokens[at:at] = tokens[to : to + dice.randint(1, 20)]
    else:
        tokens[at:at] = [dice.choice((*_VALUES, "[" * 60, "(" * 30, "not " * 50, "- " * 40, ".x" * 60))]
    return "".join(tokens)


def _bytes(dice: random.Random, text: str) -> str:
    at = dice.randrange(len(text) + 1)
    return (
        text[:at]
        + dice.choice(
            ("\0", "\ufeff", "\r", "\x0c", "\u202e", "\ud800", "\t", "é", "\u2028", "\U0001d431", " ")
        )
        + text[at:]
    )


class _Change(ast.NodeTransformer):
    """Puts one expression or statement in the place of another, wraps it, repeats it, or turns it around."""

    def __init__(self, dice: random.Random, tree: ast.Module) -> None:
        self._dice = dice
        nodes = list(ast.walk(tree))
        self._expressions = [each for each in nodes if isinstance(each, ast.expr)]
        self._statements = [each for each in nodes if isinstance(each, ast.stmt)]
        kinds: list[list[Any]] = [self._expressions, self._expressions, self._statements]
        self._target = dice.choice(dice.choice(kinds) or nodes)

    def visit(self, node: ast.AST) -> Any:
        """A node, or what stands in its place."""
        if node is not self._target:
            return self.generic_visit(node)
        if isinstance(node, ast.stmt):
            return self._statement(node)
        return self._expression(node) if isinstance(node, ast.expr) else node

    def _expression(self, node: ast.expr) -> ast.AST:
        dice, kind = self._dice, self._dice.randrange(8)
        text = ast.unparse(node)
        if kind == 0:
            return dice.choice(self._expressions)
        if kind == 1:
            return ast.parse(dice.choice(_VALUES).lstrip("*"), mode="eval").body
        if kind == 2:
            return ast.Constant(dice.choice(_ODD))
        if kind == 3:
            operator = dice.choice(("+", "*", "@", "/", "%", "==", "and", "if x else", "**", "<"))
            return _parsed(f"({text}) {operator} ({ast.unparse(dice.choice(self._expressions))})", node)
        if kind == 4:
            return _parsed(f"[{', '.join([text] * dice.choice((2, 3, 40)))}]", node)
        if kind == 5:
            forms = (
                "[{} for x in x]",
                "(lambda x: {})(x)",
                "({}).cpu().numpy()",
                "({})[0]",
                "x({})",
                "({}).softmax(dim=0)",
                "f'{{{}}}'",
            )
            return _parsed(dice.choice(forms).format(text), node)
        if kind == 6 and isinstance(node, ast.Call):
            node.args, node.keywords = node.args[::-1], node.keywords[: dice.randrange(3)]
        if kind == 7 and isinstance(node, ast.Name | ast.Attribute):
            return ast.Name(dice.choice(("x", "model", "clip", "torch", "scores", "labels", "self")))
        return node

    def _statement(self, node: ast.stmt) -> ast.AST | list[ast.stmt] | None:
        dice, kind = self._dice, self._dice.randrange(7)
        other = dice.choice(self._statements)
        test, name = ast.Name("x"), ast.Name("x")
        if kind == 0:
            return [node] * dice.choice((2, 3, 25))
        if kind == 1:
            return [other, node]
        if kind == 2:
            return ast.If(test, [node], [other] if dice.random() < 0.5 else [])
        if kind == 3:
            return dice.choice((ast.For(name, ast.Name("y"), [node], []), ast.While(test, [node], [])))
        if kind == 4:
            return ast.Try([node], [ast.ExceptHandler(None, None, [other])], [], [])
        if kind == 5:
            return [
                _parsed_statement("def f(*x, **y):\n    pass", [node]),
                ast.Expr(ast.Call(ast.Name("f"), [name], [])),
            ]
        return other


def _parsed(text: str, otherwise: ast.expr) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return otherwise


def _parsed_statement(text: str, body: list[ast.stmt]) -> ast.stmt:
    made = ast.parse(text).body[0]
    made.body = body  # type: ignore[attr-defined]
    return made


def _tree(dice: random.Random, text: str) -> str:
    try:
        tree = ast.parse(text)
        if not tree.body:
            return text
        changed = ast.unparse(ast.fix_missing_locations(_Change(dice, tree).visit(tree)))
        ast.parse(changed)
    except (SyntaxError, ValueError, RecursionError, MemoryError, AttributeError, TypeError):
        return text
    # What is written anew has lost its comments: some come back.
    lines = changed.split("\n")
    for number in range(0, len(lines), 7):
        if lines[number].strip() and '"""' not in changed and dice.random() < 0.1:
            lines[number] += f"  # remark {number}"
    return "\n".join(lines)


def lint(text: str, tally: Tally) -> list[str]:
    """The faults of linting a mutant."""
    outcome = lint_text(
        text.encode("utf-8", "surrogatepass"), "example.py", configuration(), BASE, isolated=True
    )
    tally.found += bool(outcome.findings)
    tally.parsed += not outcome.problems
    return [each.message for each in outcome.problems if _is_ours(each.message)]


def fix(text: str, tally: Tally) -> list[str]:
    """The faults of mending a mutant: refused, broken, comments lost, or mended once more the second time."""
    text = text.replace("\ud800", "")
    start = time.process_time()
    repair, mended = mend(text.encode())
    tally.first = time.process_time() - start
    faults = [each.message for each in (*repair.refused, *repair.failed)]
    faults += [each.message for each in repair.outcome.problems if _is_ours(each.message)]
    tally.found += bool(repair.outcome.findings)
    if mended == text:
        return faults
    tally.changed += 1
    try:
        ast.parse(mended)
    except SyntaxError as error:
        return [*faults, f"broken: {error.msg}"] if _parses(text) else faults
    tally.parsed += 1
    lost = _comments(text) - _comments(mended)
    if any("noqa" not in each and "clip-lint" not in each for each in lost):
        faults.append("comments lost")
    if mend(mended)[1] != mended:
        faults.append("mended again the second time")
    return faults


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_ours(message: str) -> bool:
    """Whether a file is not linted for a reason that does not lie in the file."""
    return any(part in message for part in ("report it", "processor time", "memory"))


def _comments(text: str) -> Counter[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return Counter()
    return Counter(each.string for each in tokens if each.type == tokenize.COMMENT)


def run(
    act: Callable[[str, Tally], list[str]], count: int, seed: int, programs: Sequence[str], keep: Path | None
) -> Tally:
    """So many mutants, each with dice of its own: a number and the seed make it again."""
    tally = Tally()
    for number in range(count):
        text = mutant(random.Random(f"{seed}-{number}"), programs)
        start = time.process_time()
        try:
            faults = act(text, tally)
        except Exception as error:
            faults = [f"{type(error).__name__}: {error} {traceback.format_exc().splitlines()[-3].strip()}"]
        used = tally.first or time.process_time() - start
        tally.done += 1
        tally.first = 0.0
        tally.seconds += used
        tally.slowest = sorted([*tally.slowest, (used, number)], reverse=True)[:50]
        tally.faults.update(faults)
        if faults or used > SLOW:
            print(f"no. {number}: {used:.2f} s {faults}", flush=True)
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{act.__name__}-{seed}-{number}.py").write_bytes(
                    text.encode("utf-8", "surrogatepass")
                )
        if (number + 1) % 1_000 == 0:
            print(tally, flush=True)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("lint", "fix"))
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--from", dest="folders", type=Path, nargs="*", default=[], metavar="FOLDER")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    tally = run(
        lint if given.what == "lint" else fix, given.count, given.seed, seeds(given.folders), given.keep
    )
    print(tally)
    sys.exit(bool(tally.faults or tally.slowest[0][0] > SLOW))


if __name__ == "__main__":
    main()
