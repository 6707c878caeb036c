"""What the surroundings of a prompt say about its purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.prompts import Intent, LazyIntent

PROGRAM = '''
import clip

model, preprocess = clip.load("ViT-B/32")


class GooseCounter:
    def run(self, image):
        """Count the geese.

        Slowly.
        """
        texts = clip.tokenize(["a goose", "two geese"])
        logits, _ = model(image, texts)
        return logits.argmax().item() + 1


def look(image):
    texts = clip.tokenize(["a barn"])  # where is it?
    return model(image, texts)


def after(image):
    side = find(image)
    return side == "left"
'''


def intents(tmp_path: Path) -> list[Intent | LazyIntent]:
    file = tmp_path / "farm.py"
    file.write_text(PROGRAM, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, program = workspace.load(file), workspace.program(file)
    assert source is not None
    assert program is not None
    return [prompts.intent for prompts in read(source, program, workspace, Versions()).prompt_sets]


def test_names_docstring_and_use_of_the_function_itself_but_not_the_file(tmp_path: Path) -> None:
    counter = next(each for each in intents(tmp_path) if "run" in each.names)
    assert counter.names == ("run", "GooseCounter")
    assert counter.comments == ("Count the geese.",)
    assert counter.uses == ("argmax().item() + 1",)


def test_the_next_function_says_nothing_about_this_one(tmp_path: Path) -> None:
    looking = next(each for each in intents(tmp_path) if "look" in each.names)
    assert looking.comments == ("where is it?",)
    assert looking.uses == ()
