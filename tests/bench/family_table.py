"""For each family: right programs and what is said of them, and each single fault put into them, as a table.

`python tests/bench/family_table.py` reads some thousand programs, which takes minutes; `--missed` names the faults that are not found.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "checks"))

from families import found
from family_faults import WITHOUT_FAULTS, faults, of_all

from clip_lint.core.finding import Severity


def main(arguments: list[str]) -> None:
    """Print the table."""
    print("| family | right programs | above a note | notes | faults put in | found | not found |")
    print("|---|---|---|---|---|---|---|")
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    sums = [0, 0, 0, 0, 0]
    missed: list[str] = []
    for family, programs in of_all().items():
        loud = quiet = put = hit = 0
        silent: dict[str, int] = defaultdict(int)
        for made in programs:
            told = found(made.program)
            loud += any(severity > Severity.NOTE for severity in told.values())
            quiet += bool(told) and all(severity is Severity.NOTE for severity in told.values())
            if family.removeprefix("transformers, ") in WITHOUT_FAULTS:
                continue
            for name, program, codes in faults(made):
                is_found = bool(codes & (found(program).keys()))
                put, hit = put + 1, hit + is_found
                totals[name][0] += 1
                totals[name][1] += is_found
                if not is_found:
                    silent[name] += 1
                    missed.append(f"{family}: {made.architecture} {made.tag}: {name}")
        sums = [a + b for a, b in zip(sums, (len(programs), loud, quiet, put, hit), strict=True)]
        rest = ", ".join(f"{name} ({number})" for name, number in silent.items()) or "-"
        print(f"| {family} | {len(programs)} | {loud} | {quiet} | {put} | {hit} | {rest} |")
    print(f"| all | {' | '.join(map(str, sums))} | |\n")
    print("| fault | put in | found |\n|---|---|---|")
    for name, (put, hit) in totals.items():
        print(f"| {name} | {put} | {hit} |")
    if "--missed" in arguments:
        print("", *missed, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
