"""How a check makes a finding: named and graded as the card says, at the place where the mistake was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.cards import load_rules
from clip_lint.core.evidence import AsWritten, EvidenceRequest
from clip_lint.core.finding import Detail, Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.place import Place
    from clip_lint.reading.values import Site

_NOTHING = AsWritten()


def report(
    code: str,
    site: Site,
    *,
    message: str,
    help: str,  # noqa: A002 - the finding's own field
    severity: Severity | None = None,
    related: Iterable[tuple[Site | None, str]] = (),
    checkpoint: Checkpoint | None = None,
    place: Place | None = None,
    details: Iterable[tuple[str, str, Site | None]] = (),
    written: AsWritten = _NOTHING,
    prompts: Iterable[str] = (),
    group: str = "",
) -> Finding:
    """A finding at a site, named and graded as its card says unless ``severity`` is given.

    ``details`` are for the fix: key, value and, where it stands in the code, the site. ``written`` and ``prompts`` are for
    verification: what stands in the code that a probe does likewise, and the texts that are compared. ``group`` names what is mended at once.
    """
    rule = load_rules()[code]
    related = list(related)
    via = site.via if place is None and _comes_from_caller(site, related) else None
    where = place or (via or site).place
    others = []
    for other, text in ((site, "it happens here"), *related) if via is not None else related:
        if other is not None and other.place != where:
            others.append(Related(other.place, text))
    return Finding(
        code=code,
        name=rule.name,
        severity=severity or rule.severity,
        message=message,
        place=where,
        help=help,
        related=tuple(dict.fromkeys(others)),
        model=str(checkpoint) if checkpoint is not None and checkpoint.name else None,
        run_alone=site.run_alone,
        group=group,
        details=tuple(Detail(key, value, at.place if at is not None else None) for key, value, at in details),
        request=EvidenceRequest(code, checkpoint, tuple(prompts), written)
        if rule.probe is not None
        else None,
    )


def _comes_from_caller(site: Site, related: Iterable[tuple[Site | None, str]]) -> bool:
    """Whether a fault in another file's helper is that of the file that calls it: what goes in was made there."""
    via = site.via
    if via is None:
        return False
    return any(other is not None and other.source is via.source for other, _ in related)


def quoted(name: str, otherwise: str) -> str:
    """A variable's name in backticks, or a description where there is no name."""
    return f"`{name}`" if name and name.isidentifier() else otherwise
