"""The commands: fixtures make and show, diagnose, doctor."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from clip_lint.cli import evidence as cli
from clip_lint.core.home import install
from clip_lint.verify import doctor
from clip_lint.verify.diagnosis import Diagnosis, diagnose
from clip_lint.verify.html import prose
from clip_lint.verify.loading import BUNDLED
from clip_lint.verify.models import Models
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes import compose
from clip_lint.verify.scenes.draw import draw
from clip_lint.verify.wordings import phrasings

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def group() -> None:
    """Holds the commands as the program does."""


for command in (cli.fixtures, cli.diagnose, cli.doctor):
    group.add_command(command)


def use(*words: Any) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import random

    path = tmp_path_factory.mktemp("picture") / "three.png"
    draw(compose.count(random.Random(8), 3, "car"), 224).save(path)
    return path


def test_importing_the_commands_imports_nothing_heavy() -> None:
    code = "import sys, clip_lint.cli.evidence; print([m for m in ('torch', 'transformers', 'PIL', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_make_draws_and_show_tells(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    made = use("fixtures", "make", "--n", "30", "--seed", "3", folder)
    assert made.exit_code == 0, made.output
    assert "52 scenes" in made.output
    told = use("fixtures", "show", folder, "--output", tmp_path / "sheet.html", "--most", "5")
    assert told.exit_code == 0, told.output
    assert "52 images" in told.output
    assert "count 20" in told.output
    sheet = (tmp_path / "sheet.html").read_text()
    assert sheet.count("<figure>") == 5
    assert re.search(r"00003\.png, count: 3 \w+ (?:\w+s|fish)<", sheet)


def test_make_never_writes_into_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    refused = use("fixtures", "make", tmp_path)
    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]


def test_show_refuses_what_is_no_fixture_folder(tmp_path: Path) -> None:
    refused = use("fixtures", "show", tmp_path)
    assert refused.exit_code == 1
    assert "no instances.json" in refused.output
    assert "Traceback" not in refused.output


def test_show_without_a_folder_tells_of_the_bundled_scenes() -> None:
    told = use("fixtures", "show")
    assert told.exit_code == 0
    assert "260 images" in told.output


def test_diagnose_scores_the_query_and_its_counterfactual(picture: Path) -> None:
    told = use(
        "diagnose",
        "--offline",
        "--device",
        "cpu",
        "--image",
        picture,
        "--query",
        "a photo of two cars",
        "--label",
        "a photo of a tree",
    )
    assert told.exit_code == 0, told.output
    for words in (
        "a photo of two cars",
        "a photo of three cars",
        "a photo of a tree",
        "CLP101",
        "detector:",
        "bundled model",
    ):
        assert words in told.output
    assert "\x1b" not in told.output


def test_diagnose_writes_a_self_contained_page(picture: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    told = use("diagnose", "--offline", "--image", picture, "--query", "<b>cars</b>", "--output", page)
    assert told.exit_code == 0, told.output
    text = page.read_text()
    assert "data:image/png;base64," in text
    assert "<b>cars" not in text
    assert "&lt;b&gt;cars" in text


def test_diagnose_refuses_what_it_cannot_use(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "x.jpg").write_text("no image")
    for words, said in (
        (("--image", tmp_path / "x.jpg", "--query", "x"), "not a readable image"),
        (("--image", tmp_path / "none.jpg", "--query", "x"), "cannot be read: No such file"),
        (("--image", picture, "--query", " "), "empty"),
        (("--image", picture, "--query", "x", "--model", tmp_path), "no config.json"),
    ):
        refused = use("diagnose", "--offline", *words)
        assert refused.exit_code == 1
        assert said in refused.output
        assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        ("a photo of two cars", "detector: 3 cars (bundled detector)", "not there:"),
        (
            "a photo of a fish",
            "likely cause: not there: bundled detector knows the class and finds no fish",
            "no car",
        ),
        ("a photo without a fish", "detector: 3 cars (bundled detector)", "not there:"),
        ("a photo of a vase", "3 cars (bundled detector, which has no class for vase)", "not there:"),
    ],
)
def test_diagnose_tells_what_the_detector_cannot_see_from_what_it_does_not_find(
    picture: Path, query: str, said: str, unsaid: str
) -> None:
    told = use("diagnose", "--offline", "--device", "cpu", "--image", picture, "--query", query)
    words = " ".join(told.output.split())
    assert said in words
    assert unsaid not in words


def test_a_query_is_not_framed_twice() -> None:
    assert "a picture of a fish" in phrasings("a photo of a fish")
    assert phrasings("a photo without a fish") == ("a photo without a fish", "this is a photo without a fish")
    assert "a close-up photo of people without hats" in phrasings("people without hats")


def test_messages_show_their_code_as_code() -> None:
    assert prose("`a < b` & `c`") == "<code>a &lt; b</code> &amp; <code>c</code>"
    assert prose("one ` alone") == "one ` alone"


def diagnosis(
    query: str, labels: tuple[str, ...], cosines: dict[str, float], other: float = 0.1
) -> Diagnosis:
    """A diagnosis by a model that gives each text the cosine that the test wants."""
    import torch

    from clip_lint.verify.towers import Scoring

    class Chosen:
        name, device, context, mean, std = "chosen", "cpu", 77, (0.5,) * 3, (0.5,) * 3
        scoring = Scoring(100.0)

        def text_features(self, prompts: list[str]) -> torch.Tensor:
            values = torch.tensor([cosines.get(prompt, other) for prompt in prompts])
            return torch.stack([values, (1 - values**2).sqrt()], dim=1)

        def pixels(self, images: list[Image.Image]) -> torch.Tensor:
            return torch.zeros(len(images), 3, 2, 2)

        def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
            return torch.tensor([[1.0, 0.0]]).repeat(len(pixels), 1)

    return diagnose(Image.new("RGB", (8, 8)), query, labels, Chosen(), "none in tests")  # type: ignore[arg-type]


ALL = (
    "a photo of two cars",
    "two cars",
    "a picture of two cars",
    "a close-up photo of two cars",
    "this is two cars",
    "a photo of two cars in a scene",
)


@pytest.mark.parametrize(
    ("cosines", "leading"),
    [
        (dict.fromkeys(ALL, 0.3) | {"a photo of three cars": 0.31, "a photo of cars": 0.3}, "task"),
        (dict.fromkeys(ALL, 0.05) | {"a photo of three cars": -0.3, "a photo of cars": 0.05}, "not seen"),
        (
            dict.fromkeys(ALL, 0.6) | {"two cars": 0.9, "a photo of three cars": 0.2, "a photo of cars": 0.6},
            "wording",
        ),
        (dict.fromkeys(ALL, 0.6) | {"a photo of three cars": 0.2, "a photo of cars": 0.9}, "too specific"),
        (dict.fromkeys(ALL, 0.3) | {"a photo of three cars": 0.2, "a photo of cars": 0.3}, "threshold"),
    ],
)
def test_the_leading_cause_is_the_one_that_was_built_in(cosines: dict[str, float], leading: str) -> None:
    assert diagnosis("a photo of two cars", (), cosines).causes[0].name == leading


def test_what_is_not_there_is_not_said_to_be_miscounted() -> None:
    cosines = dict.fromkeys(ALL, 0.3) | {"a photo of three cars": 0.31, "a photo of cars": 0.05}
    causes = diagnosis("a photo of two cars", (), cosines).causes
    assert causes[0].name == "not seen"
    assert "'a photo of cars' does not stand out" in causes[0].why
    assert "task" not in {cause.name for cause in causes}


def test_the_bundled_model_gives_no_reasons_for_what_it_never_saw(picture: Path) -> None:
    told = use(
        "diagnose", "--offline", "--device", "cpu", "--image", picture, "--query", "a photo of two dogs"
    )
    words = " ".join(told.output.split())
    assert "likely cause: cannot tell: the bundled model knows ten drawn things" in words
    assert "and not dogs" in words
    assert "also:" not in words


def test_nothing_unusual_is_no_cause() -> None:
    cosines = dict.fromkeys(ALL, 0.6) | {"a photo of three cars": 0.2, "a photo of cars": 0.6}
    assert diagnosis("a photo of two cars", (), cosines).causes == ()


def test_the_doctor_runs_a_small_model() -> None:
    told = use("doctor")
    assert told.exit_code == 0, told.output
    assert "the bundled detector counts" in told.output


def test_the_doctor_names_the_missing_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    known = doctor._version
    monkeypatch.setattr(
        doctor, "_version", lambda package: None if package == "transformers" else known(package)
    )
    lines = list(doctor.examine())
    assert [line.topic for line in lines if line.is_ok is False] == ["transformers", "install"]
    assert lines[-1].words == install("verify")


def test_where_the_bundled_models_are_not_installed_one_line_says_how(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from clip_lint.verify import loading

    real = loading.bundled_folder("clip").parent
    monkeypatch.setattr(resources, "files", lambda name: tmp_path / name)
    with pytest.raises(
        VerifyProblem, match=r"are not installed: in a checkout of clip-lint, pip install \./fixtures/models"
    ):
        loading.bundled_folder("clip")
    (tmp_path / "clip_lint_models").symlink_to(real)
    monkeypatch.setattr(loading, "find_spec", lambda _: object())
    assert loading.bundled_folder("detector") == tmp_path / "clip_lint_models" / "detector"


def test_the_bundled_models_are_small_and_hold_no_pickle() -> None:
    from clip_lint.verify.loading import bundled_folder

    for name in ("clip", "detector"):
        files = list(bundled_folder(name).iterdir())
        assert sum(file.stat().st_size for file in files) < 12_000_000
        assert {file.suffix for file in files} <= {".json", ".safetensors", ".md"}
    assert Models(is_offline=True, override=BUNDLED).towers(None).module().training is False
