"""A diagnosis, a fixture set and a picture, on the terminal and as HTML."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from rich.table import Table
from rich.text import Text

from clip_lint.core.escaping import printable
from clip_lint.verify.html import bars, page, picture, prose, text
from clip_lint.verify.trials import plural

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

    from clip_lint.verify.diagnosis import Diagnosis
    from clip_lint.verify.fixtures import FixtureSet

Boxes = tuple[tuple[str, float, float, float, float], ...]
_ROLES = (
    ("query", "the query"),
    ("label", "labels"),
    ("counterfactual", "counterfactuals"),
    ("phrasing", "other wordings"),
    ("simpler", "its things alone"),
)


def boxes_of(found: Diagnosis) -> Boxes:
    """The detections as named rectangles."""
    return tuple(
        (f"{item.label} {item.score:.2f}", item.box.left, item.box.top, item.box.width, item.box.height)
        for item in found.detections
    )


def _rgb(values: bytes) -> str:
    return f"rgb({','.join(map(str, values))})"


def terminal_picture(image: Image.Image, boxes: Boxes, columns: int = 48) -> Text:
    """The image in half-block characters, two pixels a character, boxes drawn in pink."""
    scale = columns / image.width
    small = image.convert("RGB").resize((columns, max(2, round(image.height * scale) // 2 * 2)))
    pen = ImageDraw.Draw(small)
    for _, left, top, wide, high in boxes:
        edges = (
            left * small.width,
            top * small.height,
            (left + wide) * small.width,
            (top + high) * small.height,
        )
        pen.rectangle(
            (edges[0], edges[1], max(edges[0], edges[2]), max(edges[1], edges[3])), outline=(255, 45, 120)
        )
    drawn = Text()
    raw = small.tobytes()
    width = 3 * small.width
    for row in range(0, small.height, 2):
        for column in range(0, width, 3):
            upper = raw[row * width + column :][:3]
            lower = raw[(row + 1) * width + column :][:3]
            drawn.append("\u2580", style=f"{_rgb(upper)} on {_rgb(lower)}")
        drawn.append("\n")
    return drawn


def counted(found: Diagnosis) -> str:
    """What the detector counts, by whom: ``2 cars, 1 tree (bundled detector)``."""
    numbers = Counter(item.label for item in found.detections)
    seen = ", ".join(
        f"{number} {label if number == 1 else plural(label)}" for label, number in numbers.most_common()
    )
    blind = f", which has no class for {' and '.join(found.unknown)}" if found.unknown else ""
    return f"{seen or 'nothing'} ({found.detector}{blind})"


def print_diagnosis(console: Console, image: Image.Image, found: Diagnosis) -> None:
    """The diagnosis on the terminal; the picture only where there are colours."""
    if console.color_system is not None and console.is_terminal:
        console.print(terminal_picture(image, boxes_of(found)))
    table = Table(box=None, pad_edge=False)
    table.add_column("text", overflow="fold")
    table.add_column("cosine", justify="right")
    table.add_column("logit to the query", justify="right")
    for role, title in _ROLES:
        rows = found.of(role)
        if rows:
            table.add_row(Text(title, style="bold"), "", "")
        for item in rows:
            gap = (item.cosine - found.own) * found.scale
            table.add_row(
                Text(f"  {printable(item.text)}"),
                f"{item.cosine:.4f}",
                "" if role == "query" else f"{gap:+.2f}",
            )
    console.print(table)
    low, high = min(found.unrelated), max(found.unrelated)
    console.print(
        f"unrelated texts: {low:.3f} to {high:.3f} on {printable(found.checkpoint)}",
        markup=False,
        highlight=False,
    )
    console.print(f"detector: {printable(counted(found))}", markup=False, highlight=False)
    for finding in found.findings:
        console.print(printable(f"{finding.code} {finding.message}"), markup=False, highlight=False)
    for number, cause in enumerate(found.causes):
        title = "likely cause" if number == 0 else "also"
        console.print(printable(f"{title}: {cause.name}: {cause.why}"), markup=False, highlight=False)
        console.print(printable(f"  do: {cause.advice}"), markup=False, highlight=False)
    if not found.causes:
        console.print("nothing unusual: the query leads, stands out and does not depend on its wording")


def diagnosis_page(path: Path, found: Diagnosis) -> str:
    """The diagnosis as one HTML document."""
    causes = "".join(
        f"<section><h2>{'Likely cause' if i == 0 else 'Also'}: {text(cause.name)}</h2><p>{text(cause.why)}</p>"
        f"<p><strong>Do:</strong> {text(cause.advice)}</p></section>"
        for i, cause in enumerate(found.causes)
    )
    blocks = []
    for role, title in _ROLES:
        rows = found.of(role)
        if rows and role != "query":
            both = (*found.of("query"), *rows)
            chart = bars([item.text for item in both], [item.cosine for item in both], 0, "own")
            blocks.append(f"<section><h2>{text(title.capitalize())}</h2>{chart}</section>")
    findings = "".join(f"<p>{text(finding.code)} {prose(finding.message)}</p>" for finding in found.findings)
    low, high = min(found.unrelated), max(found.unrelated)
    lead = (
        f'<section><div class="lead"><figure>{picture(path, boxes_of(found))}</figure><div>'
        f"<h2>{text(found.query)}</h2><dl><dt>cosine</dt><dd>{found.own:.4f}</dd>"
        f"<dt>unrelated texts</dt><dd>{low:.3f} to {high:.3f}</dd>"
        f"<dt>checkpoint</dt><dd>{text(found.checkpoint)}</dd>"
        f"<dt>detector</dt><dd>{text(counted(found))}</dd></dl>{findings}</div></div></section>"
    )
    return page("Why does CLIP answer this way?", lead + causes + "".join(blocks))


def print_fixtures(console: Console, fixtures: FixtureSet, home: Path) -> None:
    """What a fixture set holds."""
    tasks = Counter(item.task or "photograph" for item in fixtures.pictures)
    objects = Counter(item.kind for picture_ in fixtures.pictures for item in picture_.items)
    console.print(
        f"{len(fixtures.pictures)} images, {sum(objects.values())} objects in {printable(str(home))}",
        markup=False,
        highlight=False,
    )
    for title, numbers in (("made for", tasks), ("kinds", objects)):
        words = ", ".join(f"{name} {number}" for name, number in numbers.most_common(20))
        console.print(printable(f"{title}: {words}"), markup=False, highlight=False)
    if fixtures.colours:
        console.print(printable(f"colours: {', '.join(fixtures.colours)}"), markup=False, highlight=False)


def fixtures_page(fixtures: FixtureSet, numbers: Iterable[int]) -> str:
    """Some of the images with their true boxes as one HTML document."""
    figures = []
    for number in numbers:
        item = fixtures.pictures[number]
        boxes = tuple(
            (one.kind, one.box.left, one.box.top, one.box.width, one.box.height) for one in item.items
        )
        things = Counter((f"{one.size} {one.colour}".strip(), one.kind) for one in item.items)
        words = ", ".join(
            " ".join(filter(None, (str(times), look, kind if times == 1 else plural(kind))))
            for (look, kind), times in things.items()
        )
        title = f"{item.path.name}{f', {item.task}' if item.task else ''}: {words or item.text or 'nothing'}"
        figures.append(f'<figure>{picture(item.path, boxes)}<p class="soft">{text(title)}</p></figure>')
    return page(f"Fixtures: {fixtures.name}", f'<div class="shows">{"".join(figures)}</div>')
