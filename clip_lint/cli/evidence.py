"""What a user types: `fixtures make`, `from-coco`, `from-folder`, `show`, `diagnose`, `doctor`.

Only click is imported here; torch and its kin are when a command runs.
"""

# ruff: noqa: PLC0415 (torch and its kin are imported when a command runs, not when it is listed)
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clip_lint.settings.verifying import DEVICES

if TYPE_CHECKING:
    from collections.abc import Callable

_HELP = {"help_option_names": ["-h", "--help"]}
_DEVICES = click.Choice(DEVICES)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


def _ready() -> None:
    """A ClickException with the install line where a needed package is missing."""
    from clip_lint.verify.installed import check_installed
    from clip_lint.verify.problem import VerifyProblem

    try:
        check_installed()
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from problem


@click.group("fixtures", context_settings=_HELP)
def fixtures() -> None:
    """Images with known truth: draw more of them, or look at what is there."""


@fixtures.command("make")
@click.argument("folder", type=_FOLDER)
@click.option(
    "--n",
    "number",
    type=click.IntRange(1, 50_000),
    default=260,
    show_default=True,
    help="At least so many scenes.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed draws the same scenes.")
def make(folder: Path, number: int, seed: int) -> int:
    """Draw scenes into FOLDER, with their ground truth in COCO's format."""
    from rich.console import Console
    from rich.progress import Progress

    _ready()
    from clip_lint.verify.scenes import coco, compose

    if folder.is_dir() and any(folder.iterdir()):
        raise click.ClickException(f"{folder}: not empty; choose a new folder")
    scenes = list(compose.fixture_scenes(number, seed))
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("drawing", total=len(scenes))
            coco.write(scenes, folder, seed, lambda: progress.advance(task))
    except OSError as error:
        raise click.ClickException(f"{folder}: cannot be written ({error.strerror})") from error
    click.echo(f"{len(scenes)} scenes in {folder}")
    return 0


def _collected(folder: Path, collect: Callable[[], int]) -> int:
    """Make ``folder`` and fill it; a ClickException in one line where that fails."""
    from clip_lint.verify.problem import VerifyProblem

    if folder.is_dir() and any(folder.iterdir()):
        raise click.ClickException(f"{folder}: not empty; choose a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = collect()
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as error:
        raise click.ClickException(f"{folder}: cannot be written ({error.strerror})") from error
    click.echo(f"{number} images in {folder}: clip-lint --verify --fixtures {folder}")
    return 0


@fixtures.command("from-coco")
@click.argument("annotations", type=click.Path(path_type=Path, exists=True))
@click.argument("images", type=_FOLDER)
@click.argument("folder", type=_FOLDER)
@click.option(
    "--n", "most", type=click.IntRange(1), default=500, show_default=True, help="At most so many images."
)
@click.option(
    "--noun", "nouns", multiple=True, help="Only images that show this class; may be given several times."
)
def from_coco(annotations: Path, images: Path, folder: Path, most: int, nouns: tuple[str, ...]) -> int:
    """Copy some of the IMAGES of COCO's ANNOTATIONS into FOLDER, with their truth."""
    _ready()
    from clip_lint.verify import collecting

    return _collected(folder, lambda: collecting.from_coco(annotations, images, folder, most, nouns))


@fixtures.command("from-folder")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("folder", type=_FOLDER)
@click.option(
    "--n", "most", type=click.IntRange(1), default=50, show_default=True, help="At most so many of a class."
)
def from_folder(source: Path, folder: Path, most: int) -> int:
    """Copy some images of each class, a folder each in SOURCE, into FOLDER."""
    _ready()
    from clip_lint.verify import collecting

    return _collected(folder, lambda: collecting.from_folder(source, folder, most))


@fixtures.command("show")
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--output", type=_FILE, help="Write some of the images with their boxes to this HTML file.")
@click.option(
    "--most", type=click.IntRange(1), default=60, show_default=True, help="How many images to write."
)
def show(folder: Path | None, output: Path | None, most: int) -> int:
    """Say what a fixture folder holds (without FOLDER: the scenes that come with clip-lint)."""
    from rich.console import Console

    _ready()
    from clip_lint.verify.fixtures import load_fixtures
    from clip_lint.verify.problem import VerifyProblem
    from clip_lint.verify.render import fixtures_page, print_fixtures
    from clip_lint.verify.scenes.bundled import bundled_scenes

    try:
        loaded = load_fixtures(folder)
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from problem
    print_fixtures(Console(soft_wrap=True), loaded, folder or bundled_scenes())
    if output is not None:
        _write(output, fixtures_page(loaded, range(min(most, len(loaded.pictures)))))
    return 0


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written ({error.strerror})") from error
    click.echo(f"written: {path}", err=True)


@click.command("diagnose", context_settings=_HELP)
@click.option("--image", "path", type=_FILE, required=True, help="The image in question.")
@click.option("--query", required=True, help="The text that it is compared with.")
@click.option("--label", "labels", multiple=True, help="A rival text; may be given several times.")
@click.option(
    "--model", default=None, metavar="MODEL", help="The checkpoint (default: openai/clip-vit-base-patch32)."
)
@click.option(
    "--detector", default=None, metavar="MODEL", help="The detector (default: facebook/detr-resnet-50)."
)
@click.option("--device", type=_DEVICES, default="auto", show_default=True, help="Where models run.")
@click.option("--offline", is_flag=True, help="No network: the bundled models where none is named.")
@click.option("--output", type=_FILE, help="Write the diagnosis to this HTML file.")
def diagnose(
    path: Path,
    query: str,
    labels: tuple[str, ...],
    model: str | None,
    detector: str | None,
    device: str,
    offline: bool,
    output: Path | None,
) -> int:
    """Why does CLIP answer this way? Scores the query, its counterfactuals and other wordings on one image."""
    from rich.console import Console

    _ready()
    from clip_lint.verify.explaining import diagnose_file
    from clip_lint.verify.problem import VerifyProblem
    from clip_lint.verify.render import diagnosis_page, print_diagnosis

    if not query.strip():
        raise click.ClickException("--query is empty")
    try:
        image, found = diagnose_file(
            path, query, labels, model=model, detector=detector, device=device, offline=offline
        )
    except VerifyProblem as problem:
        raise click.ClickException(str(problem)) from problem
    if output is not None:
        _write(output, diagnosis_page(path, found))
    else:
        print_diagnosis(Console(), image, found)
    return 0


@click.command("doctor", context_settings=_HELP)
@click.option(
    "--speed",
    "wants_speed",
    is_flag=True,
    help="Measure how fast CLIPs of three sizes are on this machine instead.",
)
@click.option("--device", type=_DEVICES, default="auto", show_default=True, help="Where --speed measures.")
def doctor(device: str, *, wants_speed: bool) -> int:
    """Can verification run here, and how fast? Exit status 1 where something is missing."""
    from clip_lint.core.escaping import printable
    from clip_lint.verify.doctor import examine

    if wants_speed:
        _ready()
        from clip_lint.verify.problem import VerifyProblem
        from clip_lint.verify.speed import measure

        try:
            for topic, words in measure(device):
                click.echo(printable(f"{topic:10}{words}"))
        except VerifyProblem as problem:
            raise click.ClickException(str(problem)) from problem
        return 0

    status = 0
    for line in examine():
        mark = {True: "ok", False: "MISSING", None: "  "}[line.is_ok]
        click.echo(printable(f"{mark:8}{line.topic:16}{line.words}"))
        if line.is_ok is False:
            status = 1
    return status
