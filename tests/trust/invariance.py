"""Which findings stay when a program is written otherwise: the examples of the cards, transformed and linted.

    python tests/trust/invariance.py [NAME ...] [--share 0.2] [--show]

prints one line for each transformation: how many examples it was made of, which part of the findings stayed, and in how many
programs something new is found. `--show` prints what was lost and what is new.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from building_changes import BUILDING
from deeper_changes import DEEPER
from simple_changes import SIMPLE

from clip_lint.core.card_text import Example
from clip_lint.core.cards import load_rules
from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import target_version
from clip_lint.source.suppressions import UNUSED_CODE

if TYPE_CHECKING:
    from rewriting import Files, Transformation

ALL = {**SIMPLE, **DEEPER, **BUILDING}


@dataclass
class Tally:
    """What one transformation did to the findings."""

    name: str
    examples: int = 0
    findings: int = 0
    kept: int = 0
    news: int = 0
    """How many programs show something new."""
    news_in_good: int = 0
    stories: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The part of the findings that stayed."""
        return self.kept / self.findings if self.findings else 1.0

    def __str__(self) -> str:
        new = self.news / self.examples if self.examples else 0.0
        return (
            f"{self.name:28} {self.examples:4} examples  {self.kept:4} of {self.findings:4} kept {self.share:6.1%}  "
            f"new in {self.news:3} ({new:.1%}), in good ones {self.news_in_good}"
        )


def found(files: Files, options: Iterable[tuple[str, str]]) -> Counter[str]:
    """The codes of all findings in a project of these files, every rule and severity switched on."""
    with tempfile.TemporaryDirectory(prefix="trust") as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        values = {
            "min_severity": Severity.NOTE,
            "preview": True,
            "cache": False,
            "workers": 1,
            "target_versions": tuple(target_version(name, text) for name, text in options),
        }
        configuration = Configuration(Overrides(values, Stage(select=("ALL",))), folder, isolated=True)
        outcome = lint(["."], configuration, folder, isolated=True, fixes=False)
        assert not outcome.problems, outcome.problems
        return Counter(each.code for each in outcome.reported)


@cache
def found_as_it_stands(text: str, options: tuple[tuple[str, str], ...]) -> Counter[str]:
    """What is found in a program that nobody changed."""
    return found({"program.py": text}, options)


def examples() -> list[tuple[str, Example]]:
    """Every good and bad example of the cards, and how to find it."""
    return [
        (f"{rule.code}:{example.line}", example)
        for rule in load_rules().values()
        for example in rule.examples
        if example.kind != "fixed" and rule.code != UNUSED_CODE
    ]


def measure(transformations: dict[str, Transformation], among: Sequence[tuple[str, Example]]) -> list[Tally]:
    """A tally for each transformation, over the examples that it can be made of."""
    tallies = {name: Tally(name) for name in transformations}
    for place, example in among:
        before = found_as_it_stands(example.text, tuple(example.options.items()))
        for name, transformation in transformations.items():
            files = transformation(example.text)
            if files is None:
                continue
            _count(tallies[name], f"{place} {example.kind}", before, found(files, example.options.items()))
    return list(tallies.values())


def _count(tally: Tally, place: str, before: Counter[str], after: Counter[str]) -> None:
    lost, new = before - after, after - before
    tally.examples += 1
    tally.findings += before.total()
    tally.kept += before.total() - lost.total()
    tally.news += bool(new)
    tally.news_in_good += bool(new) and place.endswith("good")
    if lost or new:
        tally.stories.append(f"    {place}: lost {dict(lost)}, new {dict(new)}")


def total(name: str, tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    whole = Tally(name)
    for each in tallies:
        whole.examples += each.examples
        whole.findings += each.findings
        whole.kept += each.kept
        whole.news += each.news
        whole.news_in_good += each.news_in_good
        whole.stories += [f"{each.name}:{story}" for story in each.stories]
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="transformations (default: all)")
    parser.add_argument("--share", type=float, default=1.0, help="which part of the examples, drawn by seed")
    parser.add_argument("--only", default="", help="examples whose code begins so")
    parser.add_argument("--show", action="store_true", help="print what was lost and what is new")
    parser.add_argument("--text", action="store_true", help="print the transformed programs")
    args = parser.parse_args(arguments)
    every = [each for each in examples() if each[0].startswith(args.only)]
    among = random.Random(11).sample(every, round(len(every) * args.share))
    chosen = {name: change for name, change in ALL.items() if not args.names or name in args.names}
    if args.text:
        for place, example in among:
            for name, change in chosen.items():
                for file, text in (change(example.text) or {}).items():
                    print(f"=== {place} {name}: {file}\n{text}")
    for title, group in (("simple", SIMPLE), ("deeper", {**DEEPER, **BUILDING})):
        tallies = []
        for name in group.keys() & chosen.keys() if args.names else group:
            tallies += measure({name: group[name]}, among)
            print(tallies[-1], flush=True)
            if args.show and tallies[-1].stories:
                print("\n".join(tallies[-1].stories))
        if len(tallies) > 1:
            print(total(f"all {title} ones", tallies))
    return 0


if __name__ == "__main__":
    sys.exit(main())
