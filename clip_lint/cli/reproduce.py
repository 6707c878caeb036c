"""`clip-lint verify reproduce`: a published benchmark measured again, ours beside theirs."""

# ruff: noqa: PLC0415 (torch and its kin are imported when a command runs, not when it is listed)
from __future__ import annotations

from pathlib import Path

import click

from clip_lint.settings.verifying import DEVICES

_HELP = {"help_option_names": ["-h", "--help"]}
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
NAMES = ("sugarcrepe", "whatsup", "valse", "aro", "winoground", "countbench", "negbench")


@click.group("verify", context_settings=_HELP)
def verify() -> None:
    """Measure published benchmarks again: ours beside theirs."""


@verify.command("reproduce")
@click.argument("name", metavar="BENCHMARK", type=click.Choice(NAMES))
@click.option("--images", type=_FOLDER, help="Where its images lie, in folders of any depth.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    help="Its files as published, or one of them.  [default: the folder of --images]",
)
@click.option("--model", metavar="MODEL", help="The checkpoint.  [default: openai/clip-vit-base-patch32]")
@click.option(
    "--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where it runs."
)
@click.option("--offline", is_flag=True, help="No network.")
def reproduce(
    name: str, images: Path | None, data: Path | None, model: str | None, device: str, *, offline: bool
) -> int:
    """Measure BENCHMARK and print our figures beside the published ones; exit status 1 where they differ."""
    from rich.console import Console

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.escaping import printable
    from clip_lint.engine.requests import DEFAULT_MODEL
    from clip_lint.verify.installed import check_installed
    from clip_lint.verify.problem import VerifyProblem

    place = data or images
    if place is None:
        raise click.UsageError("give the benchmark's files with --data, and its images with --images")
    library = "open_clip" if (model or "").startswith("open_clip:") else None
    architecture, _, tag = (model or DEFAULT_MODEL).removeprefix("open_clip:").partition(":")
    checkpoint = Checkpoint(library, architecture, tag or None)
    differ = False
    try:
        check_installed()
        from clip_lint.verify.reproducing import TOLERANCE
        from clip_lint.verify.reproducing import reproduce as measure

        with Console(stderr=True).status("loading") as status:
            rows = list(
                measure(
                    name, place, images, checkpoint, model=model, device=device, offline=offline,
                    tell=status.update,
                )
            )  # fmt: skip
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(printable(f"{name} on {model or DEFAULT_MODEL}, percent right"))
    for row in rows:
        ours = f"{100 * row.ours.value:5.1f} [{100 * row.ours.low:.1f}, {100 * row.ours.high:.1f}]"
        theirs = "-" if row.theirs is None else f"{row.theirs:.1f}"
        words = {True: f"within {TOLERANCE:g}", False: f"off by more than {TOLERANCE:g}", None: ""}[
            row.is_same
        ]
        counted = f"{row.asked} of {row.items} items"
        click.echo(
            printable(f"  {row.name:24}{counted:22}ours {ours:22}published {theirs:8}{words}".rstrip())
        )
        differ |= row.is_same is False
    return int(differ)
