"""Reading COCO folders, and the questions that are derived from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from clip_lint.verify import trials as ask
from clip_lint.verify.fixtures import load_fixtures
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes.bundled import bundled_scenes

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.verify.fixtures import FixtureSet


def photographs(folder: Path, **changes: Any) -> Path:
    """A folder as people have it: COCO boxes, no attributes, images in a folder of their own."""
    data: dict[str, Any] = {
        "images": [
            {"id": 5, "file_name": "a.jpg", "width": 100, "height": 50},
            {"id": 9, "file_name": "b.jpg", "width": 100, "height": 100},
        ],
        "annotations": [
            {"id": 1, "image_id": 5, "category_id": 18, "bbox": [5, 10, 30, 30], "iscrowd": 0},
            {"id": 2, "image_id": 5, "category_id": 17, "bbox": [60, 10, 30, 30], "iscrowd": 0},
            {"id": 3, "image_id": 9, "category_id": 18, "bbox": [5, 10, 20, 30]},
            {"id": 4, "image_id": 9, "category_id": 18, "bbox": [50, 50, 20, 30]},
            {"id": 5, "image_id": 9, "category_id": 1, "bbox": [0, 0, 90, 90], "iscrowd": 1},
        ],
        "categories": [{"id": 1, "name": "person"}, {"id": 17, "name": "cat"}, {"id": 18, "name": "dog"}],
        **changes,
    }
    (folder / "images").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        Image.new("RGB", (100, 50), "grey").save(folder / "images" / name)
    (folder / "annotations").mkdir()
    (folder / "annotations" / "instances_val2017.json").write_text(json.dumps(data))
    return folder


def test_a_plain_coco_folder_is_read(tmp_path: Path) -> None:
    found = load_fixtures(photographs(tmp_path / "mine"))
    assert found.name == "mine"
    assert not found.is_drawn
    assert found.kinds == ("person", "cat", "dog")
    first, second = found.pictures
    assert first.items[0].box.left == pytest.approx(0.05)
    assert first.items[0].box.height == pytest.approx(0.6)
    assert second.count("dog") == 2
    assert second.crowded == {"person"}
    assert found.images[0].size == (100, 50)


def test_questions_about_photographs(tmp_path: Path) -> None:
    found = load_fixtures(photographs(tmp_path / "mine"))
    counted = ask.counting(found, "a photo of {}", (1, 2))
    assert [(q.picture, q.prompts[q.right]) for q in counted] == [
        (0, "a photo of one dog"),
        (1, "a photo of two dogs"),
    ]
    placed = ask.direction(found, "{}")
    assert [q.prompts[q.right] for q in placed] == ["a dog to the left of a cat"]
    assert ask.binding(found, "{}") == []
    assert ask.reading(found, "{}") == []
    for question in ask.presence(found, "{}"):
        assert question.about[1] not in found.pictures[question.picture].kinds
        assert (question.picture, question.about[1]) != (1, "person")
    assert [found.kinds[q.right] for q in ask.naming(found, "{}")] == ["dog"]


def test_the_drawn_scenes_give_every_kind_of_question(scenes: FixtureSet) -> None:
    numbers = {
        make.__name__: len(make(scenes, "a photo of {}"))
        for make in (
            ask.presence,
            ask.counting,
            ask.direction,
            ask.roles,
            ask.binding,
            ask.negation,
            ask.reading,
            ask.naming,
            ask.colouring,
        )
    }
    assert numbers["counting"] == 100
    assert numbers["direction"] == numbers["roles"] == 80
    assert numbers["binding"] == 60
    assert numbers["reading"] == 20
    assert min(numbers.values()) >= 20


def test_the_true_prompt_stands_first_as_often_as_last(scenes: FixtureSet) -> None:
    for make in (ask.presence, ask.counting, ask.direction, ask.roles, ask.binding, ask.negation):
        first = [question.right == 0 for question in make(scenes, "{}")]
        assert 0.3 < sum(first) / len(first) < 0.7, make.__name__
    present = [bool(q.facts[q.right]) for q in ask.negation(scenes, "{}")]
    assert abs(sum(present) - len(present) / 2) <= 1


def test_questions_are_the_same_every_time(scenes_folder: Path) -> None:
    one, other = (load_fixtures(scenes_folder) for _ in range(2))
    assert ask.counting(one, "{}") == ask.counting(other, "{}")
    assert ask.binding(one, "{}") == ask.binding(other, "{}")


@pytest.mark.parametrize(
    ("kind", "several"),
    [
        ("cross", "crosses"),
        ("person", "people"),
        ("bus", "buses"),
        ("teddy bear", "teddy bears"),
        ("knife", "knives"),
        ("cherry", "cherries"),
        ("toy", "toys"),
    ],
)
def test_plurals(kind: str, several: str) -> None:
    assert ask.plural(kind) == several


def test_the_bundled_scenes_can_be_read() -> None:
    assert len(load_fixtures().pictures) >= 240
    assert bundled_scenes().is_dir()


_NO_SIZE = json.dumps(
    {
        "images": [{"id": 1, "file_name": "x.png", "width": 0, "height": 0}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}],
        "categories": [{"id": 1, "name": "a"}],
    }
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not COCO"), ("[]", "an object was expected"), ("{}", "no images"), ('{"images": 3}', "not COCO"),
        ('{"images": [{"id": 1}]}', "not COCO"), ("{" * 5000, "not COCO"), ('{"images": [7]}', "not COCO"),
        ('{"images": [{"id": 1, "file_name": "../../../etc/hosts", "width": 1, "height": 1}]}', "is not there"),
        (_NO_SIZE, "ZeroDivision"),
    ],
)  # fmt: skip
def test_what_is_no_coco_folder_says_so_in_one_line(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "instances.json").write_text(text)
    with pytest.raises(VerifyProblem, match=words) as caught:
        load_fixtures(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_annotations_or_images(tmp_path: Path) -> None:
    with pytest.raises(VerifyProblem, match="no such folder"):
        load_fixtures(tmp_path / "missing")
    with pytest.raises(VerifyProblem, match=r"no instances\.json"):
        load_fixtures(tmp_path)
    folder = photographs(tmp_path / "mine")
    (folder / "images" / "a.jpg").write_bytes(b"no image")
    with pytest.raises(VerifyProblem, match="not a readable image"):
        load_fixtures(folder).images[0]
    (folder / "images" / "a.jpg").unlink()
    with pytest.raises(VerifyProblem, match="is not there"):
        load_fixtures(folder)
