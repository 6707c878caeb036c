"""One self-contained HTML file: the figures, the images with their boxes, and the competing prompts' scores as bars."""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from clip_lint.core.evidence import STANDINGS, shown
from clip_lint.core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.core.evidence import Evidence, Exhibit
    from clip_lint.core.finding import Finding

_WIDEST = 448

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf7; --card: #fff; --ink: #1d1f23; --soft: #5f6570; --line: #dcd9d0;
  --bar: #8a93a3; --true: #1f7a4d; --harmful: #a3341f; --harmless: #1f6f8b; --undecided: #8a6d1a; --none: #6b7078; }
@media (prefers-color-scheme: dark) { :root { --ground: #15171a; --card: #1e2125; --ink: #e8e6e1; --soft: #a2a8b2;
  --line: #34383e; --bar: #6d7686; --true: #55b98a; --harmful: #ee8a72; --harmless: #6dbfd9; --undecided: #d6b75a;
  --none: #9aa0a8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .35rem 0; } .soft { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0; }
.verdict { display: inline-block; font-size: .8rem; font-weight: 650; padding: .05rem .55rem; border-radius: 1rem;
  border: 1.5px solid currentColor; }
.harmful { color: var(--harmful); } .harmless { color: var(--harmless); } .undecided { color: var(--undecided); }
.not-run { color: var(--none); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .6rem 0; font-size: .92rem; }
dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.range { position: relative; height: 1.1rem; margin: .8rem 0 1.5rem; background:
  linear-gradient(var(--line), var(--line)) 0 50% / 100% 2px no-repeat; }
.range i { position: absolute; top: 35%; height: 30%; background: var(--bar); border-radius: 2px; }
.range b { position: absolute; top: 0; width: 3px; height: 100%; margin-left: -1px; background: var(--ink); }
.range .chance { width: 1px; background: var(--soft); } .range .other { background: var(--true); }
.range span { position: absolute; top: 1.05rem; font-size: .75rem; color: var(--soft); transform: translateX(-50%); white-space: nowrap; }
.shows { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; margin-top: .8rem; }
.lead { display: grid; grid-template-columns: 2fr 3fr; gap: 1.2rem; }
figure { margin: 0; } .picture { position: relative; line-height: 0; border: 1px solid var(--line); border-radius: .35rem; overflow: hidden; }
.picture img { width: 100%; height: auto; }
.picture u { position: absolute; border: 2px solid #ff2d78; border-radius: 2px; text-decoration: none; }
.picture u s { position: absolute; left: -2px; bottom: 100%; font: 600 11px/1.3 system-ui; padding: 0 .25em; background: #ff2d78; color: #fff;
  text-decoration: none; white-space: nowrap; }
.picture u.low s { bottom: auto; top: 0; left: 0; }
.score { display: grid; grid-template-columns: 1fr 3.4rem; gap: .1rem .5rem; align-items: end; margin-top: .5rem; font-size: .88rem; }
.score div { grid-column: 1 / -1; height: .5rem; background: var(--line); border-radius: 3px; }
.score div i { display: block; height: 100%; background: var(--bar); border-radius: 3px; }
.score.true div i, .score.own div i { background: var(--true); } .score em { font-style: normal; text-align: right; font-variant-numeric: tabular-nums; }
.score.true strong::after { content: " \\2713"; color: var(--true); } .score strong { font-weight: 500; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .92rem; } td, th { text-align: left; padding: .15rem .9rem .15rem 0; }
code { font-size: .92em; background: var(--ground); border: 1px solid var(--line); border-radius: .25rem; padding: 0 .2em;
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
@media (max-width: 34rem) { .shows, .lead { grid-template-columns: 1fr; } dl { grid-template-columns: 38% 1fr; } }
"""


def text(value: object) -> str:
    """``value`` escaped for HTML, control characters made visible."""
    plain = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in str(value))
    return html.escape(plain, quote=True)


def prose(message: str) -> str:
    """``message`` escaped, what stands between backticks set as code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text(message))


def page(title: str, body: str) -> str:
    """A whole document."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{text(title)}</h1>\n{body}\n"
        f'<p class="soft">clip-lint {text(__version__)}</p>\n</main>\n</body>\n</html>\n'
    )


def data_uri(path: Path) -> str | None:
    """The image as a data URI, at most 448 px wide; None where it cannot be read."""
    try:
        with Image.open(path) as image:
            small = image.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError):
        return None
    is_drawn = path.suffix.lower() == ".png"
    small.thumbnail((_WIDEST, _WIDEST))
    buffer = io.BytesIO()
    if is_drawn:
        small.quantize(32, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    else:
        small.save(buffer, "JPEG", quality=80)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return f"data:image/{'png' if is_drawn else 'jpeg'};base64,{encoded}"


def _mark(name: str, left: float, top: float, wide: float, high: float) -> str:
    """One box; its name stands above it, inside where there is no room above."""
    kind = ' class="low"' if top < 0.07 else ""
    edges = f"left:{left:.2%};top:{top:.2%};width:{wide:.2%};height:{high:.2%}"
    return f'<u{kind} style="{edges}"><s>{text(name)}</s></u>'


def picture(path: Path, boxes: Iterable[tuple[str, float, float, float, float]]) -> str:
    """The image with named boxes upon it; a sentence where it is not there any more."""
    source = data_uri(path)
    if source is None:
        return f'<p class="soft">{text(path.name)} cannot be shown: the file is not there or not an image</p>'
    marks = "".join(_mark(*box) for box in boxes)
    return f'<div class="picture"><img src="{source}" alt="{text(path.name)}">{marks}</div>'


def bars(prompts: Sequence[str], scores: Sequence[float], marked: int, kind: str = "true") -> str:
    """Each prompt with its score; bars from the lowest to the highest, so that small leads can be seen.

    The prompt number ``marked`` stands out: as ``true`` with a tick, or as the ``own`` one.
    """
    low, high = min(scores), max(scores)
    span = (high - low) or 1.0
    rows = []
    for i, (prompt, score) in enumerate(zip(prompts, scores, strict=True)):
        # The lowest bar keeps a stub: an empty one would read as zero.
        width = 12 + 88 * (score - low) / span if high > low else 100
        rows.append(
            f'<div class="score{f" {kind}" if i == marked else ""}"><strong>{text(prompt)}</strong><em>{score:.4f}</em>'
            f'<div><i style="width:{width:.0f}%"></i></div></div>'
        )
    return "".join(rows)


def _exhibit(exhibit: Exhibit) -> str:
    right = bars(exhibit.prompts, exhibit.scores, exhibit.right)
    return f"<figure>{picture(Path(exhibit.image), exhibit.boxes)}{right}</figure>"


def _range(evidence: Evidence) -> str:
    """A line from 0 to 1 with the interval, the value, chance and the alternative; nothing for other units."""
    values = (evidence.value, evidence.low, evidence.high)
    if any(value is None or not 0 <= value <= 1 for value in values) or evidence.low == evidence.high:
        return ""
    value, low, high = (float(part or 0.0) for part in values)
    marks = [f'<i style="left:{low:.1%};width:{high - low:.1%}"></i>']
    if evidence.chance is not None and 0 <= evidence.chance <= 1:
        marks.append(
            f'<b class="chance" style="left:{evidence.chance:.1%}"></b><span style="left:{evidence.chance:.1%}">chance</span>'
        )
    # Only an accuracy beside an accuracy: where there is chance, both are the same question's.
    is_comparable = evidence.chance is not None and evidence.alternative is not None
    if is_comparable and evidence.alternative is not None and 0 <= evidence.alternative <= 1:
        marks.append(f'<b class="other" style="left:{evidence.alternative:.1%}"></b>')
    marks.append(f'<b style="left:{value:.1%}"></b>')
    legend = "from 0 to 1; the bar is the 95% interval" + (
        "; green is what to use instead" if is_comparable else ""
    )
    return (
        f'<div class="range" role="img" aria-label="{value:.2f}, from 0 to 1">{"".join(marks)}</div>'
        f'<p class="soft">{legend}</p>'
    )


def _rows(evidence: Evidence) -> list[tuple[str, str]]:
    interval = f"{shown(evidence.value)}"
    if evidence.low is not None and evidence.high is not None and evidence.low != evidence.high:
        interval += f"  (95% interval {shown(evidence.low)} to {shown(evidence.high)})"
    rows = [
        ("checkpoint", f"{evidence.model} on {evidence.device}" if evidence.checkpoint else ""),
        ("images", evidence.fixtures),
    ]
    if evidence.value is not None:
        rows += [("measured", evidence.metric), ("value", interval), ("n", str(evidence.n))]
    if evidence.chance is not None:
        rows.append(("chance", shown(evidence.chance)))
    if evidence.alternative is not None:
        rows.append(("instead", f"{shown(evidence.alternative)}  {evidence.alternative_name}"))
    rows += [(name, shown(value)) for name, value in evidence.extra]
    if evidence.seconds:
        rows.append(("seconds", shown(evidence.seconds)))
    return [(name, value) for name, value in rows if value.strip()]


def _section(finding: Finding, evidence: Evidence) -> str:
    place = finding.place
    where = (
        f"{place.path}:{f'cell {place.cell}:' if place.cell else ''}{place.start.line}:{place.start.column}"
    )
    kind = evidence.verdict.value.replace(" ", "-")
    rows = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in _rows(evidence))
    shows = "".join(_exhibit(exhibit) for exhibit in evidence.exhibits)
    return (
        f'<section><h2>{text(finding.code)} {text(finding.name)} <span class="verdict {kind}">{text(evidence.standing)}</span></h2>'
        f'<p class="soft">{text(where)}</p><p>{prose(finding.message)}</p>'
        f"{_range(evidence)}<dl>{rows}</dl>"
        + (f'<p class="soft">{text(evidence.note)}</p>' if evidence.note else "")
        + (f'<div class="shows">{shows}</div>' if shows else "")
        + "</section>"
    )


def evidence_report(findings: Sequence[Finding], evidence: Sequence[Evidence]) -> str:
    """The report as one HTML document; ``evidence`` goes with ``findings``."""
    counts = {standing: sum(item.standing == standing for item in evidence) for standing in STANDINGS}
    tally = ", ".join(f"{number} {standing}" for standing, number in counts.items() if number)
    lead = (
        f"<p>{len(findings)} finding{'s' if len(findings) != 1 else ''}: {text(tally)}.</p>"
        if findings
        else "<p>No findings.</p>"
    )
    sections = "".join(_section(finding, item) for finding, item in zip(findings, evidence, strict=True))
    return page("Evidence for the findings", lead + sections)
