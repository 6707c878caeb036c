"""Benchmarks as they are published, folders of classes, and what their own questions say of models that are known."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from clip_lint.cli.evidence import fixtures as fixtures_command
from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.evidence import EvidenceRequest, Verdict
from clip_lint.verify import reproducing
from clip_lint.verify.fixtures import load_fixtures
from clip_lint.verify.folders import open_fixtures
from clip_lint.verify.measuring import Bench
from clip_lint.verify.models import Models
from clip_lint.verify.probes.contrast import ContrastProbe
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.published import read_part
from clip_lint.verify.towers import Scoring
from clip_lint.verify.trials import counting, naming

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clip_lint.verify.rounding import Rounding


def colour(number: int) -> tuple[int, int, int]:
    return (40 * (number % 6), 40 * (number // 6 % 6), 40 * (number // 36))


def pictures(folder: Path, names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), colour(number)).save(folder / name)


def store(file: Path, rows: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows))
    return file


def test_sugarcrepe_is_a_table_of_pairs(tmp_path: Path) -> None:
    row = {"filename": "000000000001.jpg", "caption": "a red cup", "negative_caption": "a blue cup"}
    part = read_part(store(tmp_path / "swap_att.json", {"0": row, "1": row}))
    assert part is not None
    assert (part.name, part.code, len(part.asked)) == ("swap_att", "CLP103", 2)
    assert part.asked[0].prompts == ("a red cup", "a blue cup")


def test_valse_keeps_what_two_of_three_took_for_true(tmp_path: Path) -> None:
    def row(votes: int) -> dict[str, Any]:
        return {"image_file": "v7w_1.jpg", "caption": "no dog", "foil": "a dog", "mturk": {"caption": votes}}

    part = read_part(store(tmp_path / "existence.json", {str(votes): row(votes) for votes in range(4)}))
    assert part is not None
    assert (part.code, len(part.asked)) == ("CLP104", 2)


def test_whatsup_has_options_and_triples(tmp_path: Path) -> None:
    options = [
        {
            "image_path": "data/controlled_images/a_on_b.jpeg",
            "caption_options": ["on", "under", "left", "right"],
        }
    ]
    triples = [[139, "a dog left of a cat", "a dog right of a cat"]]
    one = read_part(store(tmp_path / "controlled_images_dataset.json", options))
    two = read_part(store(tmp_path / "coco_qa_two_obj.json", triples))
    assert one is not None
    assert two is not None
    assert (one.code, len(one.asked[0].prompts), two.code, two.asked[0].image) == (
        "CLP102",
        4,
        "CLP102",
        "139.jpg",
    )


def test_aro_looks_at_its_box(tmp_path: Path) -> None:
    row = {"image_path": "5.jpg", "true_caption": "a on b", "false_caption": "b on a", "bbox_x": 1, "bbox_y": 2, "bbox_w": 3, "bbox_h": 4}  # fmt: skip
    store(tmp_path / "visual_genome_relation.json", [row])
    pictures(tmp_path / "images", ["5.jpg"])
    found = open_fixtures(tmp_path)
    assert found.published[0][1] == "CLP106"
    assert found.images[0].size == (3, 4)


def test_winoground_asks_both_images(tmp_path: Path) -> None:
    rows = [{"id": i, "image_0": f"ex_{i}_img_0", "image_1": f"ex_{i}_img_1", "caption_0": "a b", "caption_1": "b a"} for i in range(2)]  # fmt: skip
    (tmp_path / "examples.jsonl").write_text("\n".join(map(json.dumps, rows)))
    part = read_part(tmp_path / "examples.jsonl")
    assert part is not None
    assert (part.code, [item.right for item in part.asked]) == ("CLP106", [0, 1, 0, 1])
    pictures(tmp_path / "images", [f"{row[key]}.png" for row in rows for key in ("image_0", "image_1")])
    assert len(open_fixtures(tmp_path).pictures) == 4


def test_countbench_changes_the_number_that_stands_there(tmp_path: Path) -> None:
    rows = [{"image_url": "http://x/y/z.jpg?s=1", "text": "Four dogs on a sofa", "number": 4}, {"image_url": "u", "text": "dogs", "number": 4}]  # fmt: skip
    part = read_part(store(tmp_path / "CountBench.json", rows))
    assert part is not None
    (item,) = part.asked
    assert (part.code, item.right, len(item.prompts)) == ("CLP101", 2, 9)
    assert item.prompts[2:4] == ("four dogs on a sofa", "five dogs on a sofa")


def test_negbench_is_a_csv_of_choices(tmp_path: Path) -> None:
    with (tmp_path / "COCO_val_mcq.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["image_path", "correct_answer", "caption_0", "caption_1", "caption_2", "caption_3"])
        writer.writerow(["data/coco/1.jpg", "3", "a dog", "no dog", "a cat", "no, cat"])
    part = read_part(tmp_path / "COCO_val_mcq.csv")
    assert part is not None
    assert (part.code, part.asked[0].right, part.asked[0].prompts[3]) == ("CLP104", 3, "no, cat")


def test_parquet_holds_its_images(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pictures(tmp_path, ["a.png"])
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").unlink()
    rows = [{"image": {"bytes": data, "path": "a.png"}, "text": "two cups", "number": 2}]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "test.parquet")
    assert open_fixtures(tmp_path / "test.parquet").images[0].size == (8, 8)


@pytest.mark.parametrize("text", ["", "{", "[]", "[1, 2]", '{"a": {"filename": 1}}', '[["a"]]', "[" * 5000])
def test_what_is_no_benchmark_says_so_in_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(VerifyProblem) as caught:
        open_fixtures(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_benchmark_without_its_images_names_one(tmp_path: Path) -> None:
    file = store(
        tmp_path / "swap_obj.json", {"0": {"filename": "7.jpg", "caption": "a", "negative_caption": "b"}}
    )
    with pytest.raises(VerifyProblem, match=r"none of its 1 images, 7\.jpg for one"):
        open_fixtures(file)
    pictures(tmp_path / "far" / "away", ["7.jpg"])
    assert len(open_fixtures(file, tmp_path / "far").pictures) == 1


def asks(folder: Path, *names: str) -> Path:
    rows = {str(i): {"filename": name, "caption": f"{i} a", "negative_caption": f"{i} b"} for i, name in enumerate(names)}  # fmt: skip
    return store(folder / "swap_obj.json", rows)


def test_an_image_that_is_missing_is_not_another_one(tmp_path: Path) -> None:
    """Names that end alike are no names that are alike; only COCO's number may stand alone."""
    pictures(tmp_path, ["ex_0_img_0.png", "beer_on_armchair.jpg", "COCO_val2014_000000000009.jpg"])
    file = asks(tmp_path, "ex_5_img_0.png", "mug_on_armchair.jpg", "0.png", "000000000009.jpg", "ex_0_img_0")
    found = open_fixtures(file)
    assert [picture.path.name for picture in found.pictures] == [
        "COCO_val2014_000000000009.jpg",
        "ex_0_img_0.png",
    ]


def test_of_two_files_with_a_name_the_folders_tell_which_is_meant_or_none_is(tmp_path: Path) -> None:
    pictures(tmp_path, ["images/coco/1.png", "images/vg/1.png", "images/copy/vg/1.png"])
    (tmp_path / "images" / "coco" / "1.png").write_bytes(
        (tmp_path / "images" / "coco" / "1.png").read_bytes() + b" "
    )
    assert open_fixtures(asks(tmp_path, "data/vg/1.png")).pictures[0].path.parent.name == "vg"
    with pytest.raises(VerifyProblem, match="none of its 1 images"):
        open_fixtures(asks(tmp_path, "1.png"))


def test_two_addresses_that_end_alike_are_told_apart_by_no_file(tmp_path: Path) -> None:
    pictures(tmp_path, ["th.png", "b.png"])
    file = asks(tmp_path, "http://x/th.png?id=1", "http://x/th.png?id=2", "http://y/b.png", "http://y/b.png")
    assert [picture.path.name for picture in open_fixtures(file).pictures] == ["b.png", "b.png"]


def test_folders_of_classes_tell_what_is_there_and_not_how_many(tmp_path: Path) -> None:
    pictures(tmp_path, [f"{kind}/{i}.png" for kind in ("dog", "tabby_cat") for i in range(3)])
    found = open_fixtures(tmp_path)
    assert found.kinds == ("dog", "tabby cat")
    assert len(naming(found, "{}")) == 6
    assert counting(found, "{}") == []


def hashed(text: str) -> torch.Tensor:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
    return torch.nn.functional.normalize(
        torch.randn(64, generator=torch.Generator().manual_seed(seed)), dim=0
    )


@dataclass
class Told:
    """A model that recognises a picture by its colour and means by it what ``sees`` says of its caption."""

    captions: dict[tuple[int, ...], str]
    sees: Callable[[str], torch.Tensor]
    reads: Callable[[str], torch.Tensor]
    name: str = "told"
    device: str = "cpu"
    scoring: Scoring = field(default_factory=lambda: Scoring(100.0))
    context: int = 77
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)
    rounding: Rounding | None = None

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        return torch.stack([self.reads(prompt) for prompt in prompts])

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        return torch.stack([torch.tensor(image.getpixel((0, 0))).view(3, 1, 1) for image in images])

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.sees(self.captions[tuple(pixel.flatten().tolist())]) for pixel in pixels])

    def module(self) -> torch.nn.Module:
        return torch.nn.Identity()

    untruncated_features = text_features
    unpadded_features = text_features


def bag(text: str) -> torch.Tensor:
    return torch.nn.functional.normalize(sum((hashed(word) for word in text.split()), torch.zeros(64)), dim=0)


def none() -> Any:
    raise VerifyProblem("not here")


MODELS = {
    "oracle": (hashed, hashed, Verdict.HARMLESS),
    "bag of words": (bag, bag, Verdict.HARMFUL),
    "random": (hashed, lambda text: hashed(f"other {text}"), Verdict.UNDECIDED),
    "text only": (lambda _: hashed("any picture"), hashed, Verdict.UNDECIDED),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("file", ["swap_att", "swap_obj", "coco_qa_two_obj", "counting-hard", "existence"])
def test_a_model_that_is_known_gets_the_verdict_that_it_earns(name: str, file: str, tmp_path: Path) -> None:
    pairs = [(f"thing{i} before other{i}", f"other{i} before thing{i}") for i in range(60)]
    rows = {
        str(i): {"filename": f"{i}.png", "caption": a, "negative_caption": b}
        for i, (a, b) in enumerate(pairs)
    }
    store(tmp_path / f"{file}.json", rows)
    pictures(tmp_path, [f"{i}.png" for i in range(60)])
    sees, reads, expected = MODELS[name]
    found = open_fixtures(tmp_path)
    ((_, code, _),) = found.published
    captions: dict[tuple[int, ...], str] = {colour(i): true for i, (true, _) in enumerate(pairs)}
    bench = Bench(Told(captions, sees, reads), found, none, none, none)
    measured = ContrastProbe().run(EvidenceRequest(code), bench)
    assert (measured.verdict, measured.n) == (expected, 60)
    assert "the benchmark's own captions" in measured.note


def test_a_benchmark_says_nothing_of_what_it_does_not_ask(tmp_path: Path) -> None:
    rows = {"0": {"filename": "0.png", "caption": "a b", "negative_caption": "b a"}}
    store(tmp_path / "swap_obj.json", rows)
    pictures(tmp_path, ["0.png"])
    bench = Bench(Told({}, bag, bag), open_fixtures(tmp_path), none, none, none)
    assert ContrastProbe().run(EvidenceRequest("CLP101"), bench).verdict is Verdict.NOT_RUN


def test_a_figure_is_shown_beside_the_published_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {
        str(i): {"filename": f"{i}.png", "caption": f"x{i} y{i}", "negative_caption": f"y{i} x{i}"}
        for i in range(50)
    }
    for name in ("swap_att", "swap_obj", "add_obj"):
        store(tmp_path / f"{name}.json", rows)
    pictures(tmp_path, [f"{i}.png" for i in range(50)])
    towers = Told({colour(i): f"x{i} y{i}" for i in range(50)}, hashed, hashed)
    monkeypatch.setattr(Models, "towers", lambda *_: towers)
    asked = Checkpoint("transformers", "openai/clip-vit-base-patch32")
    found = list(reproducing.reproduce("sugarcrepe", tmp_path, None, asked, device="cpu"))
    assert [(row.name, row.asked, row.items, row.ours.value, row.theirs) for row in found] == [
        ("add_obj", 50, 50, 1.0, None),
        ("swap_att", 50, 50, 1.0, 64.0),
        ("swap_obj", 50, 50, 1.0, 61.4),
    ]
    assert [row.is_same for row in found] == [None, False, False]
    (tmp_path / "0.png").unlink()
    fewer = list(reproducing.reproduce("sugarcrepe", tmp_path, None, asked, device="cpu"))
    assert [(row.asked, row.is_same) for row in fewer] == [(49, None)] * 3


def test_a_small_folder_is_made_of_a_large_one(scenes_folder: Path, tmp_path: Path) -> None:
    use = CliRunner().invoke
    made = use(fixtures_command, ["from-coco", str(scenes_folder), str(scenes_folder), str(tmp_path / "few"), "--n", "9", "--noun", "cup"])  # fmt: skip
    assert made.exit_code == 0, made.output
    few = load_fixtures(tmp_path / "few")
    assert len(few.pictures) == 9
    assert all("cup" in picture.kinds for picture in few.pictures)
    refused = use(fixtures_command, ["from-coco", str(scenes_folder), str(scenes_folder), str(tmp_path / "x"), "--noun", "yak"])  # fmt: skip
    assert "no class called 'yak'" in refused.output
    pictures(tmp_path / "classes", [f"{kind}/{i}.png" for kind in ("dog", "cat") for i in range(5)])
    made = use(
        fixtures_command, ["from-folder", str(tmp_path / "classes"), str(tmp_path / "own"), "--n", "2"]
    )
    assert made.exit_code == 0, made.output
    assert len(open_fixtures(tmp_path / "own").pictures) == 4
