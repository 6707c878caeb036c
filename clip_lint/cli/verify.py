"""`--verify` and the options that go with it: findings get evidence before they are reported."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from clip_lint.settings.verifying import DEVICES, Verifying

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.settings.model import Settings

VERIFY_OPTIONS = (
    click.option(
        "--verify/--no-verify",
        default=None,
        help="Measure each finding on the model that the code loads, and show the evidence.",
    ),
    click.option(
        "--verified-only",
        is_flag=True,
        default=None,
        help="With --verify: report only what is certain or was measured to harm.",
    ),
    click.option(
        "--evidence-report",
        type=click.Path(path_type=str, dir_okay=False),
        help="With --verify: write images and figures into one HTML file.",
    ),
    click.option(
        "--model",
        metavar="MODEL",
        help="With --verify: measure on this one: a hub id (with @REVISION for one), a folder, a file, open_clip:NAME:TAG, or bundled.",
    ),
    click.option(
        "--processor",
        metavar="MODEL",
        help="With --verify: tokenizer and image processor of this one, where none lie beside the weights.",
    ),
    click.option(
        "--detector",
        metavar="MODEL",
        help="With --verify: the detector to compare with.  [default: facebook/detr-resnet-50]",
    ),
    click.option(
        "--device", type=click.Choice(DEVICES), help="With --verify: where models run.  [default: auto]"
    ),
    click.option(
        "--offline",
        is_flag=True,
        default=None,
        help="With --verify: no network; the small bundled models stand in for those that are not in the cache.",
    ),
    click.option(
        "--fixtures",
        type=click.Path(path_type=str),
        metavar="PATH",
        help="With --verify: measure on these images: a COCO folder, a folder for each class, or a benchmark's files.",
    ),
    click.option(
        "--budget",
        type=click.FloatRange(min=1),
        metavar="SECONDS",
        help="With --verify: take fewer images where the model is slow, and measure no more once the time is spent.",
    ),
    click.option(
        "--sample",
        type=click.IntRange(min=1),
        metavar="N",
        help="With --verify: at most N of the images; of your own folder 1,000 are taken.",
    ),
    click.option(
        "--images",
        type=click.Path(path_type=str, file_okay=False, exists=True),
        help="With --verify: a folder of your own images for each class (CLP105), or those of --fixtures.",
    ),
)


def taken(options: dict[str, Any]) -> Verifying:
    """Take what goes with ``--verify`` out of the parsed options; ``--verify`` itself is a setting and stays."""
    given = {name: options.pop(name) for name in Verifying.names()}
    return Verifying(**{name: value for name, value in given.items() if value is not None})


def begin() -> None:
    """A budget counts from here on: linting, loading and checking are part of what the user waits for."""
    if (context := click.get_current_context(silent=True)) is not None:
        context.meta[_BEGUN] = time.monotonic()


def begun() -> float | None:
    """When the run began, on the monotonic clock; None where nothing said so."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(_BEGUN)


_BEGUN = f"{__name__}.begun"


def check_verifying(settings: Settings) -> None:
    """UsageError where an option asks for something that only ``--verify`` does."""
    given = settings.verifying.given
    if given and not settings.verify:
        raise click.UsageError(f"{given[0]} goes with --verify")


def is_cleared(finding: Finding) -> bool:
    """Whether what the code itself loads was measured to take no harm, so that the finding does not fail the run."""
    return finding.evidence is not None and finding.evidence.clears
