"""A page about a scan as one HTML file that needs nothing else, and as Markdown."""

from __future__ import annotations

from html import escape
from math import ceil
from typing import TYPE_CHECKING

from clip_lint.core.escaping import printable
from clip_lint.scan.summary import Share
from clip_lint.scan.words import KINDS, headline, interval, method, percent, scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.scan.summary import Example, RulePart, Summary

TITLE = "How code uses CLIP"
_STYLE = """
:root { color-scheme: light dark; --ground: #f6f5f1; --card: #fff; --ink: #1c1e22; --soft: #5a606b; --line: #dedbd2;
  --bar: #3c6e91; --reach: #9fb8c9; --error: #a8261c; --warning: #8a5b00; --note: #1d5f8a; }
@media (prefers-color-scheme: dark) { :root { --ground: #141619; --card: #1d2024; --ink: #e9e7e2; --soft: #a4aab4;
  --line: #353a41; --bar: #7fb2d3; --reach: #3d566a; --error: #ff9a8c; --warning: #e9bd5b; --note: #7fc4ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; } p { margin: .4rem 0; overflow-wrap: anywhere; }
.head { font-size: 1.15rem; } .soft { color: var(--soft); font-size: .92rem; }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
td, th { text-align: left; padding: .35rem .8rem .35rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scale { position: relative; height: .8rem; width: 9rem; background: var(--line); border-radius: .2rem; margin-top: .35rem; }
.scale b, .scale i { position: absolute; top: 0; bottom: 0; left: 0; border-radius: .2rem; }
.scale i { background: var(--reach); } .scale b { background: var(--bar); top: .25rem; bottom: .25rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; margin: .8rem 0; }
pre { margin: .4rem 0; padding: .4rem .7rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .3rem;
  font: .84rem/1.45 ui-monospace, monospace; }
.example { margin-top: .7rem; padding-top: .5rem; border-top: 1px solid var(--line); } a { color: inherit; }
@media (max-width: 40rem) { .scale { width: 4rem; } td, th { padding-right: .5rem; } }
"""


def html(summary: Summary) -> str:
    """The page as HTML."""
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{TITLE}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
            f'<h1>{TITLE}</h1>\n<p class="head">{_text(headline(summary))}</p>',
            f"<p>{_text(scope(summary))}</p>",
            *_tables(summary),
            *_rules(summary),
            *_rest(summary),
            "</main>\n</body>\n</html>\n",
        )
    )


def _tables(summary: Summary) -> Iterator[str]:
    if not summary.rules:
        return
    total = summary.statistics.with_clip
    end = _end(_share(rule, total) for rule in summary.rules)
    yield "<h2>The most common faults</h2>"
    yield (
        f'<p class="soft">Shares of the {total:,} repositories that use CLIP. The bars end at {end:.0%}; the light part of one is '
        "its interval.</p>"
    )
    yield '<table><thead><tr><th>rule</th><th class="n">repositories</th><th class="n">share</th>'
    yield '<th>95% interval</th><th></th><th class="n">findings</th></tr></thead><tbody>'
    for rule in summary.rules:
        share = _share(rule, total)
        yield (
            f'<tr><td><a href="#{_text(rule.count.code)}">{_text(rule.count.code)}</a> {_text(rule.count.name)}</td>'
            f'<td class="n">{share.count:,}</td><td class="n">{percent(share.share)}</td><td>{interval(share)}</td>'
            f'<td>{_scale(share, end)}</td><td class="n">{rule.count.findings:,}</td></tr>'
        )
    yield "</tbody></table>"
    yield '<h2>By severity</h2>\n<table><thead><tr><th>at least one</th><th class="n">repositories</th>'
    yield '<th class="n">share</th><th>95% interval</th><th></th></tr></thead><tbody>'
    for each in summary.severities:
        yield (
            f'<tr><td class="{each.name}">{each.name}</td><td class="n">{each.count:,}</td>'
            f'<td class="n">{percent(each.share)}</td><td>{interval(each)}</td><td>{_scale(each, 1.0)}</td></tr>'
        )
    yield "</tbody></table>"
    fixable = summary.fixable
    yield (
        f"<p>{fixable.count:,} of the {fixable.total:,} findings ({percent(fixable.share)}) have a fix that is safe to apply "
        "unasked.</p>"
    )
    if summary.models:
        yield "<h2>The checkpoints that findings name</h2>\n<table><tbody>"
        for name, count in summary.models:
            yield f'<tr><td>{_text(name)}</td><td class="n">{count:,} repositories</td></tr>'
        yield "</tbody></table>"


def _rules(summary: Summary) -> Iterator[str]:
    if summary.rules:
        yield "<h2>What they are</h2>"
    for rule in summary.rules:
        share = _share(rule, summary.statistics.with_clip)
        yield f'<article id="{_text(rule.count.code)}"><h3 class="{rule.severity}">{_text(rule.count.code)} {_text(rule.count.name)}</h3>'
        yield f"<p>{_text(rule.summary)}</p>"
        yield (
            f'<p class="soft">{share.count:,} of {share.total:,} repositories, {percent(share.share)} ({interval(share)}); '
            f"{rule.count.findings:,} findings</p>"
        )
        yield from (_example(each) for each in rule.examples)
        yield "</article>"


def _example(example: Example) -> str:
    place = f"{_text(example.repo)}: {_text(example.place)}"
    if example.url.startswith(("https://", "http://")):
        place = f'<a href="{escape(example.url)}">{place}</a>'
    code = f"<pre>{_text(example.excerpt)}</pre>" if example.excerpt else ""
    return f'<div class="example"><p class="soft">{place}</p>{code}<p>{_text(example.message)}</p></div>'


def _rest(summary: Summary) -> Iterator[str]:
    yield "<h2>What is not in these figures</h2>"
    if summary.failures:
        yield "<table><tbody>"
        for kind, count in summary.failures:
            yield f'<tr><td class="n">{count:,}</td><td>{_text(KINDS.get(kind, kind))}</td></tr>'
        yield "</tbody></table>"
    else:
        yield "<p>Nothing: all of it could be read.</p>"
    yield "<h2>How to read them</h2>"
    yield from (f"<p>{_text(each)}</p>" for each in method(summary))


def _end(shares: Iterable[Share]) -> float:
    """Where a scale ends that holds all of these: at a tenth."""
    return max(ceil(10 * max(each.high for each in shares)), 1) / 10


def _scale(share: Share, end: float) -> str:
    """A bar as long as the share, in front of one as long as the interval reaches."""
    start, length, reach = (100 * each / end for each in (share.low, share.high - share.low, share.share))
    return (
        f'<div class="scale"><i style="left:{start:.1f}%;width:{length:.1f}%"></i>'
        f'<b style="width:{reach:.1f}%"></b></div>'
    )


def markdown(summary: Summary) -> str:
    """The page as Markdown."""
    lines = [f"# {TITLE}", "", headline(summary), "", scope(summary), ""]
    total = summary.statistics.with_clip
    if summary.rules:
        lines += ["## The most common faults", "", f"Shares of the {total:,} repositories that use CLIP.", ""]
        lines += ["| rule | repositories | share | 95% interval | findings |", "|---|--:|--:|---|--:|"]
        for rule in summary.rules:
            share = _share(rule, total)
            lines.append(
                f"| {rule.count.code} {rule.count.name} | {share.count:,} | {percent(share.share)} | {interval(share)} | "
                f"{rule.count.findings:,} |"
            )
        lines += ["", "## What they are", ""]
    for rule in summary.rules:
        lines += [f"### {rule.count.code} {rule.count.name}", "", _plain(rule.summary), ""]
        for each in rule.examples:
            place = _plain(f"{each.repo}: {each.place}")
            lines += [
                f"- [{place}](<{each.url}>)" if each.url else f"- {place}",
                f"  {_plain(each.message)}",
                "",
            ]
            if each.excerpt:
                fence = "`" * (
                    3 + max((len(run) for run in each.excerpt.split() if set(run) == {"`"}), default=0)
                )
                lines += [f"  {fence}python", f"  {printable(each.excerpt)}", f"  {fence}", ""]
    lines += ["## What is not in these figures", ""]
    lines += [f"- {count:,} {KINDS.get(kind, kind)}" for kind, count in summary.failures] or [
        "Nothing: all of it could be read."
    ]
    lines += ["", "## How to read them", "", *(f"- {each}" for each in method(summary))]
    return "\n".join(lines) + "\n"


def _share(rule: RulePart, total: int) -> Share:
    return Share.of(rule.count.code, rule.count.repositories, total)


def _text(text: str) -> str:
    return escape(printable(text))


def _plain(text: str) -> str:
    """Text that Markdown takes as it is, on one line."""
    shown = " ".join(printable(text).split())
    return "".join("\\" + each if each in "\\[]<>*_#|!" else each for each in shown)
