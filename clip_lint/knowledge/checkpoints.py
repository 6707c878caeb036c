"""What a checkpoint's name tells (``models.toml``): what its text tower reads, and under which name it was measured."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.knowledge.traits import Family

OPENAI_PACKAGE = "clip"
_ARCHITECTURE = re.compile(r"vit-|rn\d", re.IGNORECASE)
"""OpenAI's names of architectures, which others took over."""
_ROUNDED = 0.006
"""Numbers written with two digits are off by up to 0.005."""
_FILE = re.compile(r"[./\\]")
"""What is in the name of a file and in no tag of weights."""
CLIPS_OWN = ""
"""What `vocabulary` calls the vocabulary of OpenAI's CLIP."""
USUAL_CONTEXT = 77
"""What CLIP's text tower reads, where nothing is known of a checkpoint."""


@cache
def _rows(section: str) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    """The rows of a section, with their patterns."""
    return tuple((re.compile(row["name"], re.IGNORECASE), row) for row in _tables()[section])


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("models.toml").read_text(encoding="utf-8"))


def _first(section: str, text: str) -> dict[str, Any] | None:
    return next((row for pattern, row in _rows(section) if pattern.search(text)), None)


@lru_cache(maxsize=128)
def context_length(checkpoint: Checkpoint | None, family: Family | None = None) -> int | None:
    """How many tokens the text tower reads, start and end included; None if not known. CLIP's 77 where nothing is named.

    ``family`` is what the tables in use say of the checkpoint's family, the user's own among them.
    """
    if checkpoint is None or (checkpoint.name is None and checkpoint.family is None):
        return USUAL_CONTEXT
    row = _first("contexts", checkpoint.name or "")
    if row is not None:
        return int(row["tokens"]) or None
    if checkpoint.family is None:
        return USUAL_CONTEXT
    return (family or load_libraries().trait(checkpoint.family)).context


def is_softmax_trained(checkpoint: Checkpoint, family: Family) -> bool:
    """Whether the training held all texts of a batch against each other: the id of a hub has to say more than that it is some CLIP."""
    name = checkpoint.name or ""
    is_called_so = checkpoint.family == "clip" and "/" in name and checkpoint.library != OPENAI_PACKAGE
    return family.softmax and (not is_called_so or _first("softmax", name) is not None)


def reads_on(checkpoint: Checkpoint) -> bool:
    """Whether a text tower takes more tokens than it was trained with, and raises nothing."""
    return _first("reads_on", checkpoint.name or "") is not None


@lru_cache(maxsize=128)
def languages(checkpoint: Checkpoint | None, family: Family | None = None) -> frozenset[str] | None:
    """ISO 639 codes of the languages a checkpoint reads, ``*`` for many; None if not known. ``family`` as above."""
    if checkpoint is None:
        return None
    libraries = load_libraries()
    of_family = (family or libraries.trait(checkpoint.family)).languages
    if of_family:
        return of_family
    named = f"{checkpoint.name or ''} {checkpoint.tag or ''}"
    row = None if _is_file(checkpoint) else _first("languages", named)
    if row is not None:
        return frozenset(row["codes"])
    return None if _is_file(checkpoint) else libraries.of(checkpoint.library).languages or None


@dataclass(frozen=True, slots=True)
class PixelStatistics:
    """What is subtracted from the pixels (0..1, by channel in RGB order), and what they are then divided by."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]


@lru_cache(maxsize=128)
def pixel_statistics(checkpoint: Checkpoint) -> PixelStatistics | None:
    """What a checkpoint's pixels were prepared with in training; None if not known, as of weights from a file."""
    row = None if _is_file(checkpoint) else _first("pixels", _name_and_tag(checkpoint))
    return PixelStatistics(tuple(row["mean"]), tuple(row["deviation"])) if row is not None else None


def usual_pixel_statistics(mean: tuple[float, ...], deviation: tuple[float, ...]) -> PixelStatistics | None:
    """Of the statistics that some checkpoint was trained with, those that rounded or slightly other numbers stand for."""
    known = [PixelStatistics(tuple(row["mean"]), tuple(row["deviation"])) for _, row in _rows("pixels")]
    written = (*mean, *deviation)

    def distance(one: PixelStatistics) -> float:
        return max(abs(a - b) for a, b in zip((*one.mean, *one.deviation), written, strict=False))

    nearest = min(known, key=distance)
    return nearest if distance(nearest) < _ROUNDED else None


def are_clips_own(mean: tuple[float, ...], deviation: tuple[float, ...]) -> bool:
    """Whether pixels were prepared with the statistics that the first CLIP has, which no other kind of model had before."""
    row = _first("pixels", "openai/clip-vit-base-patch32")
    found = usual_pixel_statistics(mean, deviation)
    return row is not None and found == PixelStatistics(tuple(row["mean"]), tuple(row["deviation"]))


def _is_file(checkpoint: Checkpoint) -> bool:
    """Whether weights come from a file under the name of an architecture: whose they are, nobody says.

    Packages of one family load theirs from files, too, and call them by their own names.
    """
    if checkpoint.library == OPENAI_PACKAGE:
        return not any(map(_ARCHITECTURE.match, _parts(checkpoint.name or "RN50")))
    return checkpoint.library in {None, "open_clip"} and _FILE.search(checkpoint.tag or "") is not None


def _parts(name: str) -> tuple[str, str]:
    """A name, and what is behind its last stroke: `ViT-B/32` is a name of OpenAI's, `weights/ViT-B-32.pt` a file with its weights."""
    return name, re.split(r"[/\\]", name)[-1]


def _name_and_tag(checkpoint: Checkpoint) -> str:
    """``name:tag``; the family where there is no name, or one of another family. All that OpenAI's package loads is OpenAI's."""
    name = _telling_name(checkpoint).removeprefix("hf-hub:")
    if checkpoint.library == OPENAI_PACKAGE:
        return f"{checkpoint.name or 'RN50'}:openai"
    return f"{name}:{checkpoint.tag}" if checkpoint.tag else name


def _telling_name(checkpoint: Checkpoint) -> str:
    """The name, or the family where that is told by the library alone: Chinese-CLIP's own package has a `ViT-B-16`, too."""
    name, family = checkpoint.name or "", checkpoint.family or ""
    is_of_another = family not in ("", "clip") and load_libraries().related(name) != family
    return family if not name or (is_of_another and _ARCHITECTURE.match(name)) else name


@dataclass(frozen=True, slots=True)
class CosineBand:
    """Where the cosines of images and texts lie: hardly any pair reaches ``never``, nearly all pass ``always``.

    ``is_measured``: on the weights themselves or others of one training, not on their relatives.
    """

    never: float
    always: float
    matches: str
    is_measured: bool


@lru_cache(maxsize=128)
def cosine_band(checkpoint: Checkpoint) -> CosineBand | None:
    """What is known of a checkpoint's cosines; None where nothing is, as of weights from a file."""
    row = None if _is_file(checkpoint) else _first("cosines", _name_and_tag(checkpoint))
    if row is None or "never" not in row:
        return None
    return CosineBand(row["never"], row.get("always", 0.0), row["matches"], row.get("measured", False))


def is_made_for(kind: str, checkpoint: Checkpoint | None) -> bool:
    """Whether a checkpoint was trained on a narrow kind, such as BioCLIP on species."""
    name = checkpoint.name or "" if checkpoint is not None else ""
    return any(kind in row["kinds"] and pattern.search(name) for pattern, row in _rows("domains"))


def train_mode_changes(checkpoint: Checkpoint) -> str | None:
    """What acts in train mode only, such as ``batch norm``; empty where nothing does, None where it is not known."""
    if checkpoint.name is None:
        return None
    architecture = _telling_name(checkpoint)
    hub = architecture.removeprefix("hf-hub:")
    name = hub.rpartition("/")[2] if hub != architecture else architecture.replace("/", "-")
    row = _first("train_modes", name)
    return str(row["changes"]) if row is not None else None


def vocabulary(architecture: str) -> str:
    """Whose vocabulary an architecture reads, by its name; empty for CLIP's own."""
    for pattern, row in _rows("vocabularies"):
        if (match := pattern.search(architecture)) is not None:
            return str(row.get("as", match[0].lower()))
    return CLIPS_OWN


def pieces_of(vocabulary_name: str) -> int | None:
    """How many pieces a vocabulary has, by what `vocabulary` calls it; None if not known."""
    row = _first("pieces", vocabulary_name)
    return int(row["number"]) if row is not None else None


def scores_singly(checkpoint: Checkpoint | None, family: Family | None = None) -> bool:
    """Whether each label's score is its own, made by a sigmoid and not by a softmax over labels. ``family`` as above."""
    known = checkpoint.family if checkpoint is not None else None
    return (family or load_libraries().trait(known)).sigmoid


def keeps_case(checkpoint: Checkpoint | None) -> bool:
    """Whether a checkpoint's tokenizer takes `Dog` and `dog` for different words."""
    name = (checkpoint.name or "" if checkpoint is not None else "").rpartition("/")[2]
    return _first("cased", name) is not None


def pictures_of_text_tower(checkpoint: Checkpoint) -> str | None:
    """Which checkpoint encodes the pictures for one that has a text tower alone, empty where it differs; None for all others."""
    row = _first("textual", checkpoint.name or "")
    return str(row["pictures"]) if row is not None else None


def drops_marks(checkpoint: Checkpoint | None) -> bool:
    """Whether a checkpoint's tokenizer may leave punctuation out."""
    return (
        checkpoint is not None and _first("unmarked", checkpoint.name or checkpoint.family or "") is not None
    )


def reads_underscores(checkpoint: Checkpoint | None) -> bool:
    """Whether a checkpoint's tokenizer takes underscores for blanks: of those that drop marks open_clip's does, and no other."""
    return checkpoint is not None and checkpoint.library == "open_clip" and drops_marks(checkpoint)


@lru_cache(maxsize=128)
def image_size(checkpoint: Checkpoint) -> int | None:
    """How many pixels wide the images of a checkpoint are; None where that is not known, or where any size will do."""
    name = (checkpoint.name or "").removeprefix("hf-hub:")
    for pattern, row in _rows("sizes"):
        if (match := pattern.search(name)) is not None:
            return int(row["pixels"] if "pixels" in row else match[1]) or None
    return None


def takes_any_size(checkpoint: Checkpoint) -> bool:
    """Whether pictures go in as rows of patches, as many as their shape gives."""
    row = _first("sizes", (checkpoint.name or "").removeprefix("hf-hub:"))
    return row is not None and row.get("pixels") == 0


def measured_names(checkpoint: Checkpoint) -> Iterator[tuple[str, str]]:
    """The architectures and weights, in lower case, under which a checkpoint may have been measured."""
    name = _telling_name(checkpoint).lower().removeprefix("hf-hub:")
    if checkpoint.tag:
        yield name.replace("/", "-"), checkpoint.tag.lower()
    if checkpoint.tag or (_ARCHITECTURE.match(name) and checkpoint.library not in {None, OPENAI_PACKAGE}):
        return  # the name of an architecture alone stands for OpenAI's weights in OpenAI's package only
    short = name.rpartition("/")[2]
    for pattern, row in _rows("measured"):
        match = pattern.fullmatch(name) or pattern.fullmatch(short)
        if match is not None:
            words = row.get("words", {})
            groups = ["", *(words.get(group or "", group or "") for group in match.groups())]
            yield _filled(row["architecture"], groups), re.sub(r"[-.]", "_", _filled(row["weights"], groups))


@lru_cache(maxsize=128)
def names_of_weights(checkpoint: Checkpoint) -> frozenset[tuple[str, str]]:
    """Under which names weights are known, whichever library loads them; empty where that is not known, as of a file."""
    if _is_file(checkpoint):
        return frozenset()
    return frozenset(
        (architecture.removesuffix("-quickgelu"), weights)
        for architecture, weights in measured_names(checkpoint)
    )


def may_share_space(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether vectors of two checkpoints may be compared; true where that is not known.

    So it is of one checkpoint under two names, of weights that were trained on with larger pictures, and of a text tower that
    was taught the space of an image tower which stayed as it was.
    """
    ours, theirs = names_of_weights(one), names_of_weights(other)
    if not ours or not theirs or ours & theirs:
        return True
    if any(_first("taught", ":".join(names)) is not None for names in ours | theirs):
        return True
    return any(
        mine[0] != yours[0] and _of_any_size(mine) == _of_any_size(yours) for mine in ours for yours in theirs
    )


def _of_any_size(names: tuple[str, str]) -> tuple[str, str]:
    """An architecture without the size of its pictures, and the data that its weights saw."""
    return re.sub(r"[-_](?:2[2-9]\d|3\d\d|448|512)$", "", names[0]), names[1].partition("_")[0]


def _filled(template: str, groups: list[str]) -> str:
    return re.sub(r"\\(\d)", lambda number: groups[int(number[1])], template)
