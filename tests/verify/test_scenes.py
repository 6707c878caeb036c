"""Scenes: seeded, exact, balanced; captions as rare as they are said to be."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from clip_lint.verify.scenes import coco, compose
from clip_lint.verify.scenes.draw import draw, extent
from clip_lint.verify.scenes.model import (
    COLOURS,
    KINDS,
    NUMBERS,
    OPPOSITE,
    PLURALS,
    Box,
    Ground,
    Scene,
    Thing,
    relation,
    relations,
)
from training import captions

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = st.integers(0, 10**6)
PLAIN = Ground("white", "plain", 0)


@given(SEEDS, st.integers(1, 10))
@settings(max_examples=60, deadline=None)
def test_counted_scenes_hold_the_number_and_nothing_overlaps(seed: int, number: int) -> None:
    scene = compose.count(random.Random(seed), number)
    assert scene.count(scene.things[0].kind) == len(scene.things) == number
    for i, one in enumerate(scene.things):
        box = one.box
        assert box.left >= 0
        assert box.top >= 0
        assert box.right <= 1
        assert box.bottom <= 1
        assert all(box.is_apart_from(other.box, 0.0) for other in scene.things[i + 1 :])


@given(SEEDS, st.sampled_from(sorted(OPPOSITE)))
@settings(max_examples=60, deadline=None)
def test_placed_scenes_say_where_and_the_mirror_is_true_the_other_way_round(seed: int, name: str) -> None:
    scene = compose.direction(random.Random(seed), name)
    assert relation(extent(scene.things[0]), extent(scene.things[1])) == name
    assert relations(scene) == [(0, name, 1), (1, OPPOSITE[name], 0)]


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_swaps_exchange_one_thing_and_keep_the_rest(seed: int) -> None:
    one, other = compose.colour_swap(random.Random(seed), 3)
    assert [thing.colour for thing in one.things] == [thing.colour for thing in reversed(other.things)]
    assert [(thing.kind, thing.box) for thing in one.things] == [
        (thing.kind, thing.box) for thing in other.things
    ]
    assert one.pair == other.pair == 3
    big, small = compose.size_swap(random.Random(seed))
    areas = [[thing.box.width * thing.box.height for thing in scene.things] for scene in (big, small)]
    assert all(first > 3 * second for first, second in areas)
    assert [t.kind for t in big.things] == [t.kind for t in reversed(small.things)]
    whole, less = compose.presence(random.Random(seed))
    assert less.things == whole.things[1:]


def test_a_relation_that_is_not_plain_is_none() -> None:
    assert relation(Box(0, 0, 0.2, 0.2), Box(0.3, 0.3, 0.2, 0.2)) is None
    assert relation(Box(0, 0, 0.5, 0.5), Box(0.3, 0.0, 0.5, 0.5)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_extent_is_what_is_drawn(kind: str) -> None:
    thing = Thing(kind, "blue", Box(0.2, 0.3, 0.5, 0.4))
    side = 400
    image = draw(Scene("single", PLAIN, (thing,)), side, 1)
    drawn = ImageChops.difference(image, Image.new("RGB", (side, side), (250, 250, 250))).getbbox()
    box = extent(thing)
    assert drawn == pytest.approx(
        [box.left * side, box.top * side, box.right * side, box.bottom * side], abs=2.0
    )


def test_colours_and_words_are_visible() -> None:
    for colour, rgb in COLOURS.items():
        image = draw(Scene("single", PLAIN, (Thing("square", colour, Box(0.25, 0.25, 0.5, 0.5)),)), 64)
        assert image.getpixel((32, 32)) == rgb
    chance = random.Random(1)
    with_word = compose.text(chance, "EXIT")
    blank = Scene("text", with_word.ground, with_word.things)
    assert ImageChops.difference(draw(with_word, 224), draw(blank, 224)).getbbox() is not None


def test_the_same_seed_draws_the_same_pixels_and_another_seed_others() -> None:
    first, again, other = (list(compose.fixture_scenes(26, seed)) for seed in (5, 5, 6))
    assert [draw(scene, 48).tobytes() for scene in first] == [draw(scene, 48).tobytes() for scene in again]
    assert [draw(scene, 48).tobytes() for scene in first] != [draw(scene, 48).tobytes() for scene in other]


def test_a_fixture_set_is_balanced() -> None:
    scenes = list(compose.fixture_scenes(260, 7))
    assert len(scenes) == 260
    tasks = Counter(scene.task for scene in scenes)
    assert tasks == {
        "count": 100, "direction": 40, "colour swap": 40, "size swap": 20, "presence": 20, "text": 20, "single": 20,
    }  # fmt: skip
    counted = [scene for scene in scenes if scene.task == "count"]
    assert Counter(len(scene.things) for scene in counted) == dict.fromkeys(range(1, 11), 10)
    assert set(Counter(scene.things[0].kind for scene in counted).values()) == {10}


def test_coco_holds_every_thing_relation_and_word(tmp_path: Path) -> None:
    scenes = list(compose.fixture_scenes(26, 3))
    coco.write(scenes, tmp_path, 3)
    data = json.loads((tmp_path / coco.ANNOTATIONS).read_text())
    assert len(data["images"]) == 26
    assert len(data["annotations"]) == sum(len(scene.things) for scene in scenes)
    assert len(data["texts"]) == sum(scene.writing is not None for scene in scenes)
    by_id = {row["id"]: row for row in data["annotations"]}
    names = {row["id"]: row["name"] for row in data["categories"]}
    for row in data["annotations"]:
        scene = scenes[row["image_id"] - 1]
        assert names[row["category_id"]] in {thing.kind for thing in scene.things}
        assert row["area"] == pytest.approx(row["bbox"][2] * row["bbox"][3], rel=0.01)
    for link in data["relations"]:
        one, other = by_id[link["subject"]]["bbox"], by_id[link["object"]]["bbox"]
        assert link["relation"] == relation(Box(*one), Box(*other))
    for row in data["images"]:
        with Image.open(tmp_path / row["file_name"]) as image:
            assert image.size == (row["width"], row["height"])
            assert image.mode == "P"


def test_the_committed_scenes_are_the_generator_s() -> None:
    from clip_lint.verify.scenes.bundled import NUMBER, SEED, bundled_scenes

    committed = json.loads((bundled_scenes() / coco.ANNOTATIONS).read_text())
    assert committed == json.loads(json.dumps(coco.truth(compose.fixture_scenes(NUMBER, SEED), SEED)))
    assert len(committed["images"]) >= 240
    sizes = [file.stat().st_size for file in bundled_scenes().iterdir()]
    assert sum(sizes) < 4_000_000


def test_where_the_scenes_are_not_brought_the_same_ones_are_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from clip_lint.verify.scenes import bundled

    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    drawn = bundled.bundled_scenes.__wrapped__()
    assert {path.name: path.read_bytes() for path in drawn.iterdir()} == {
        path.name: path.read_bytes() for path in bundled.bundled_scenes().iterdir()
    }


def test_captions_are_as_rare_as_they_are_said_to_be() -> None:
    chance = random.Random(2)
    found = [captions.captioned(chance) for _ in range(8000)]
    numbers = rf"\b({'|'.join(NUMBERS[1:])}) (\w+ )?({'|'.join([*KINDS, *PLURALS.values()])})\b"
    places = r"\b(left of|right of|above|over|on top of|below|under|beneath)\b"
    kinds = "|".join(KINDS)
    values = "|".join((*COLOURS, "big", "small"))
    bound = rf"\ban? ({values}) ({kinds}) and an? ({values}) ({kinds})\b"
    shares = {
        pattern: sum(bool(re.search(pattern, caption)) for _, caption in found) / len(found)
        for pattern in (numbers, places, bound, r"\b(without|and no)\b", r"\bsays\b")
    }
    assert shares[numbers] == pytest.approx(captions.NUMBER_SHARE, abs=0.015)
    assert shares[places] == pytest.approx(captions.DIRECTION_SHARE, abs=0.02)
    assert shares[bound] == pytest.approx(captions.BINDING_SHARE, abs=0.006)
    assert shares[r"\b(without|and no)\b"] == pytest.approx(captions.NEGATION_SHARE, abs=0.005)
    assert shares[r"\bsays\b"] == pytest.approx(captions.TEXT_SHARE / 2, abs=0.005)


def test_captions_are_true() -> None:
    chance = random.Random(4)
    names = [*PLURALS.values(), *KINDS]
    for _ in range(3000):
        scene, caption = captions.captioned(chance)
        for match in re.finditer(rf"\b({'|'.join(NUMBERS[1:])}) (?:\w+ )?({'|'.join(names)})\b", caption):
            kind = next(kind for kind in KINDS if match[2] in {kind, PLURALS[kind]})
            assert scene.count(kind) == NUMBERS.index(match[1]), caption
        for match in re.finditer(rf"\b({'|'.join(COLOURS)}) ({'|'.join(KINDS)})\b", caption):
            if "background" not in caption[match.start() :].split(" ")[:2]:
                assert any((t.colour, t.kind) == (match[1], match[2]) for t in scene.things), caption
        for match in re.finditer(r"(?:without an?|and no) (\w+)", caption):
            assert scene.count(match[1]) == 0, caption
