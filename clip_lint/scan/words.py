"""The sentences of a page about a scan, which HTML and Markdown share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.scan.summary import Share, Summary

KINDS = {
    "input": "parts of the input that could not be read",
    "row": "rows that are no file of a repository",
    "file": "files that could not be parsed",
    "repository": "repositories that could not be linted",
}
"""What the kinds of failures are."""

_SHARES = (
    "A share is that of repositories with at least one such finding among those in which a file uses a CLIP-style model; a "
    "repository counts once, however often a fault is in it."
)
_INTERVALS = (
    "Intervals are Wilson's, for 95%. They say how far chance alone may carry a share, as if repositories had been drawn "
    "independently; forks and copies are not, and how the repositories were chosen is no part of them."
)
_FINDINGS = "A finding is what a static analysis says of a line. The examples are not picked: they are those with the lowest digests."


def percent(share: float) -> str:
    """A share as people read it: with a digit behind the point, and no 0% or 100% that is not exact."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share < 0.001:
        return "under 0.1%"
    return "over 99.9%" if share > 0.999 else f"{share:.1%}"


def interval(share: Share) -> str:
    """The bounds of a share."""
    return f"{share.low:.1%} to {share.high:.1%}"


def headline(summary: Summary) -> str:
    """The sentence that one would cite."""
    made, share = summary.statistics, summary.any_fault
    if not made.with_clip:
        return f"None of the {made.repositories:,} repositories uses CLIP."
    return (
        f"Of {made.with_clip:,} repositories that use CLIP-style models, {share.count:,} have at least one finding: "
        f"{percent(share.share)} (95% interval {interval(share)})."
    )


def scope(summary: Summary) -> str:
    """What was looked at."""
    made = summary.statistics
    return (
        f"Looked at: {made.repositories:,} repositories with {made.sources:,} Python files and notebooks. "
        f"{made.with_clip:,} of them use such a model, in {made.clip_sources:,} files. "
        f"Found: {made.findings:,} findings; {made.suppressed:,} more are silenced in the code."
    )


def method(summary: Summary) -> tuple[str, ...]:
    """How to read the figures."""
    settings = summary.settings
    least = settings.get("min_severity", "warning")
    stable = "rules in preview included" if settings.get("preview") else "without rules in preview"
    own = (
        "No configuration and no pinned version of theirs was obeyed."
        if settings.get("isolated")
        else ("Each repository's own configuration and pinned versions were obeyed, as in a run there.")
    )
    version = summary.statistics.version
    how = f"Each repository was linted as a project of its own by clip-lint {version}, {stable}, from severity {least} up. {own}"
    return (how, _SHARES, _INTERVALS, _FINDINGS)
