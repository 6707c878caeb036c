"""How values flow: each story is a small program whose findings are exactly the marked lines."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.checks import run
from clip_lint.core.finding import Severity
from clip_lint.engine import lint as engine
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.prompts import Task
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MARK = re.compile(r"#\s*(CLP\d{3}(?:, CLP\d{3})*)$")
PREAMBLE = """\
import clip
import torch
import torch.nn.functional as F
from PIL import Image
model, preprocess = clip.load("ViT-B/32")
image = preprocess(Image.open("harbour.jpg")).unsqueeze(0)
text = clip.tokenize(["a photo of a ferry", "a photo of a tug"])
"""


def lint(folder: Path, name: str = "program.py", codes: str = "CLP2") -> dict[int, set[str]]:
    """The findings of one file in a folder: line -> codes that start with one of ``codes``."""
    workspace = Workspace((folder,), folder)
    path = folder / name
    source, parsed = workspace.load(path), workspace.program(path)
    assert source is not None
    assert parsed is not None
    found: dict[int, set[str]] = {}
    for finding in run(read(source, parsed, workspace, Versions())):
        if finding.code.startswith(tuple(codes.split())) and finding.place.path == source.path:
            found.setdefault(finding.place.start.line, set()).add(finding.code)
    return found


def prompts(folder: Path, name: str = "program.py") -> list[tuple[str, ...]]:
    """The prompt sets of one file in a folder."""
    workspace = Workspace((folder,), folder)
    path = folder / name
    source, parsed = workspace.load(path), workspace.program(path)
    assert source is not None
    assert parsed is not None
    return [each.texts for each in read(source, parsed, workspace, Versions()).prompt_sets]


def marked(program: str) -> dict[int, set[str]]:
    """The findings that a program's comments promise."""
    found = {}
    for number, line in enumerate(program.splitlines(), 1):
        match = MARK.search(line)
        if match:
            found[number] = set(match.group(1).split(", "))
    return found


STORIES = {
    "one label for the pipeline": """
        from transformers import pipeline
        classify = pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")
        print(classify(image, candidate_labels=["a ferry"]))  # CLP204
        print(classify(image, candidate_labels=["a ferry", "a tug"]))
        siglip = pipeline("zero-shot-image-classification", model="google/siglip-base-patch16-224")
        print(siglip(image, candidate_labels=["a ferry"]))
    """,
    "one image and one label, compared with no other image": """
        logits, _ = model(image, clip.tokenize(["a ferry"]))
        print(logits.softmax(dim=0))  # CLP204
        several, _ = model(torch.cat([image, image]), clip.tokenize(["a ferry"]))
        print(several.softmax(dim=0))
    """,
    "the distance to a centre": """
        features = F.normalize(model.encode_text(text), dim=-1)
        centre = features.mean(dim=0, keepdim=True)
        print(torch.cdist(features, centre))
    """,
    "the product with a centre": """
        features = F.normalize(model.encode_text(text), dim=-1)
        centre = features.mean(dim=0, keepdim=True)  # CLP210
        print(features @ centre.T)
    """,
    "raw features compared": """
        with torch.no_grad():
            a, b = model.encode_image(image), model.encode_text(text)
        print((a @ b.T).argmax())  # CLP201
    """,
    "normalised on one branch only is not reported": """
        with torch.no_grad():
            a, b = model.encode_image(image), model.encode_text(text)
        if len(a) > 1:
            a = a / a.norm(dim=-1, keepdim=True)
            b = b / b.norm(dim=-1, keepdim=True)
        print((a @ b.T).argmax())
    """,
    "both branches raw": """
        with torch.no_grad():
            b = model.encode_text(text)
            if torch.cuda.is_available():
                a = model.encode_image(image.cuda())
            else:
                a = model.encode_image(image)
        print(a @ b.T)  # CLP201
    """,
    "a helper that normalises": """
        def unit(x):
            return x / x.norm(dim=-1, keepdim=True)

        with torch.no_grad():
            a, b = unit(model.encode_image(image)), unit(model.encode_text(text))
        print(a @ b.T)
    """,
    "a helper whose flag is off": """
        def encode(tower, value, normalize=False):
            x = tower(value)
            if normalize:
                x = F.normalize(x, dim=-1)
            return x

        with torch.no_grad():
            a, b = encode(model.encode_image, image), encode(model.encode_text, text)
        print(a @ b.T)  # CLP201
    """,
    "the same helper with the flag on": """
        def encode(tower, value, normalize=False):
            x = tower(value)
            if normalize:
                x = F.normalize(x, dim=-1)
            return x

        with torch.no_grad():
            a = encode(model.encode_image, image, normalize=True)
            b = encode(model.encode_text, text, normalize=True)
        print(a @ b.T)
    """,
    "a lambda and a closure": """
        def scorer(texts):
            weights = F.normalize(model.encode_text(texts), dim=-1)
            return lambda features: 100.0 * F.normalize(features, dim=-1) @ weights.T

        with torch.no_grad():
            print(scorer(text)(model.encode_image(image)).softmax(dim=-1))
    """,
    "attributes set in another method": """
        class Search:
            def __init__(self):
                self.weights = None

            @torch.no_grad()
            def prepare(self):
                self.weights = model.encode_text(text)

            @torch.no_grad()
            def scores(self, pixels):
                features = model.encode_image(pixels)
                return features @ self.weights.T  # CLP201
    """,
    "attributes normalised in place in another method": """
        class Search:
            @torch.no_grad()
            def prepare(self):
                self.weights = model.encode_text(text)
                self.weights /= self.weights.norm(dim=-1, keepdim=True)

            @torch.no_grad()
            def scores(self, pixels):
                features = model.encode_image(pixels)
                features /= features.norm(dim=-1, keepdim=True)
                return features @ self.weights.T
    """,
    "rows collected in a loop and stacked": """
        rows = []
        with torch.no_grad():
            for name in ["a.jpg", "b.jpg"]:
                rows.append(model.encode_image(preprocess(Image.open(name)).unsqueeze(0)))
            gallery = torch.cat(rows)
        print(gallery @ gallery.T)  # CLP201
    """,
    "einsum": """
        with torch.no_grad():
            a, b = model.encode_image(image), model.encode_text(text)
        print(torch.einsum("id,td->it", a, b))  # CLP201
    """,
    "a square root of a sum of squares is a norm": """
        with torch.no_grad():
            a, b = model.encode_image(image), model.encode_text(text)
        a = a / a.pow(2).sum(dim=-1, keepdim=True).sqrt()
        b = b / (b ** 2).sum(dim=-1, keepdim=True).sqrt()
        print(a @ b.T)
    """,
    "a product of an unknown with raw features proves nothing": """
        def compare(other):
            with torch.no_grad():
                return model.encode_image(image) @ other.T
    """,
    "softmax over cosines, and over scaled cosines": """
        with torch.no_grad():
            a, b = F.normalize(model.encode_image(image)), F.normalize(model.encode_text(text))
        print((a @ b.T).softmax(dim=-1))  # CLP202
        print((model.logit_scale.exp() * a @ b.T).softmax(dim=-1))
        print((a @ b.T * 100).softmax(dim=-1))
        print((a @ b.T / 0.01).softmax(dim=-1))
    """,
    "the scale applied to scaled logits": """
        with torch.no_grad():
            logits, _ = model(image, text)
        print((logits * model.logit_scale.exp()).softmax(dim=-1))  # CLP208
    """,
    "a bound method kept in a variable": """
        encode = model.encode_text
        with torch.no_grad():
            b = encode(text)
        print(model.encode_image(image) @ b.T)  # CLP201
    """,
    "an object that hides the model behind a property": """
        class Encoder:
            @property
            def clip(self):
                return model

            def features(self, pixels):
                with torch.no_grad():
                    return self.clip.encode_image(pixels)

        encoder = Encoder()
        print(encoder.features(image) @ encoder.features(image).T)  # CLP201
    """,
    "a path without a known model does not hide the others": """
        import numpy as np

        class Encoder:
            def __init__(self, external=None):
                self.model = model if external is None else external.load()

            def texts(self, labels):
                features = self.model.encode_text(clip.tokenize(labels, truncate=True))
                features /= features.norm(dim=-1, keepdim=True)
                return features.cpu().numpy()

            def image(self, picture):
                features = self.model.encode_image(preprocess(picture).unsqueeze(0))
                features /= features.norm(dim=-1, keepdim=True)
                return features.cpu().numpy()[0]


        encoder = Encoder()
        classes = []
        for label in ["ferry", "tug"]:
            mean = np.mean(encoder.texts([f"a photo of a {label}", f"a {label} at sea"]), axis=0)
            mean /= np.linalg.norm(mean)
            classes.append(mean)
        logits = np.array(classes) @ encoder.image(Image.open("quay.jpg")) / 0.03  # CLP211
        shares = np.exp(logits - np.max(logits))
        shares /= shares.sum()
    """,
    "a Euclidean distance between raw features": """
        a, b = model.encode_image(image), model.encode_image(image)
        print(torch.cdist(a, b).argmin())  # CLP209
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_story(story: str, tmp_path: Path) -> None:
    program = PREAMBLE + textwrap.dedent(story)
    (tmp_path / "program.py").write_text(program)
    assert lint(tmp_path) == marked(program)


def test_a_helper_of_another_file_is_read(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    folder = write(
        {
            "towers.py": "import clip\n\nmodel, preprocess = clip.load('ViT-B/32')\n\n\ndef unit(x):\n    return x / x.norm(dim=-1, keepdim=True)\n",
            "raw.py": "from towers import model\n\n\ndef pair(a, t):\n    return model.encode_image(a) @ model.encode_text(t).T\n",
            "good.py": "from towers import model, unit\n\n\ndef pair(a, t):\n    return unit(model.encode_image(a)) @ unit(model.encode_text(t)).T\n",
        }
    )
    assert lint(folder, "raw.py") == {5: {"CLP201"}}
    assert lint(folder, "good.py") == {}


def test_a_fault_in_another_files_helper_stands_at_the_call(
    write: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    folder = write(
        {
            "maths.py": "def similarity(a, b):\n    return a @ b.T\n",
            "program.py": PREAMBLE
            + "from maths import similarity\nwith torch.no_grad():\n    a, b = model.encode_image(image), model.encode_text(text)\n"
            + "print(similarity(a, b))\n",
        }
    )
    assert lint(folder) == {11: {"CLP201"}}


def test_star_imports_and_packages_are_followed(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    folder = write(
        {
            "app/__init__.py": "from .towers import *\n",
            "app/towers.py": "import clip\nmodel, preprocess = clip.load('ViT-B/32')\n",
            "program.py": "from app import model\nprint(model.encode_image(1) @ model.encode_text(2).T)\n",
        }
    )
    assert lint(folder) == {2: {"CLP201"}}


def test_files_that_import_each_other_end(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    folder = write(
        {
            "a.py": "from b import *\nfrom b import f\nimport clip\nmodel, _ = clip.load('ViT-B/32')\ndef g(): return f()\n",
            "b.py": "from a import *\nfrom a import g\ndef f(): return g()\n",
        }
    )
    assert lint(folder, "a.py") == {}


def test_running_facts_follow_calls(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    program = PREAMBLE + textwrap.dedent(
        """
        def encode(pixels):
            return model.encode_image(pixels)

        @torch.no_grad()
        def quiet(pixels):
            return encode(pixels)

        def loud(pixels):
            return model.encode_image(pixels)  # CLP402

        print(quiet(image), loud(image))
        """
    )
    folder = write({"program.py": program})
    assert lint(folder, codes="CLP402") == marked(program)


CLEANED = {
    "a pattern over known labels gives known words": """
        keys = ["red_car", "blueTruck"]  # CLP112
        words = [re.sub(r"(?<=[a-z])(?=[A-Z])|[_/]+", " ", key).lower() for key in keys]
        clip.tokenize(keys), clip.tokenize(words)
    """,
    "a pattern may leave a key a key": """
        keys = ["red_car", "blue_truck"]  # CLP112
        clip.tokenize([re.sub(r"-", " ", key) for key in keys])
    """,
    "a function mapped over known labels": """
        def worded(key):
            return re.sub("_+", " ", key)
        clip.tokenize([f"a photo of a {name}" for name in map(worded, ["red_car", "blue_truck"])])
    """,
    "a pattern that could take for ever is not tried": """
        clip.tokenize([re.sub(r"(a+)+$", " ", key) for key in ["red_car" + "a" * 60 + "!", "b"]])  # CLP305
    """,
    "cleaning does not make unknown text short": """
        clip.tokenize([re.sub(r"\\s+", " ", line) for line in open("notes.txt")])  # CLP305
    """,
}


@pytest.mark.parametrize("story", CLEANED)
def test_texts_cleaned_by_patterns(write: Callable[[Mapping[str, str | bytes]], Path], story: str) -> None:
    program = PREAMBLE + "import re\n" + textwrap.dedent(CLEANED[story])
    folder = write({"program.py": program})
    lines = set(marked(program))
    assert set(lint(folder, codes="CLP112 CLP305")) == lines


LOOPS = {
    "a prompt that grows from round to round": """
        best = "a photo"
        for step in range(4):
            scores = model.encode_text(clip.tokenize([f"{best}, {word}" for word in ["misty", "sunny"]]))
            best = best + ", misty"
    """,
    "a prompt that a nested function changes": """
        def search(words):
            best = "a photo"

            def take(word):
                nonlocal best
                best = f"{best}, {word}"

            for step in range(4):
                print(model.encode_text(clip.tokenize([best])))
                take("misty")
        search(["misty"])
    """,
    "a list that is emptied": """
        words = ["misty", "sunny"]
        for step in range(2):
            print(model.encode_text(clip.tokenize(words)))
            words.pop()
    """,
    "settings that change": """
        class Settings:
            texts = ["a ferry"]
        settings = Settings()
        def features(chosen):
            return model.encode_text(clip.tokenize(chosen.texts))
        for texts in [["a ferry"], ["a tug"]]:
            settings.texts = texts
            features(settings)
    """,
    "the same prompts again": """
        for path in ["a.jpg", "b.jpg"]:
            print(model.encode_text(clip.tokenize(["a ferry", "a tug"])))  # CLP404
    """,
    "a loop that goes on only after a failure": """
        def first(names):
            for name in names:
                try:
                    features = model.encode_text(clip.tokenize(["a ferry", "a tug"]))
                    return features
                except RuntimeError:
                    continue
        print(first(["a", "b"]))
    """,
    "the way out of a loop": """
        while True:
            if input("enough? "):
                print(model.encode_text(clip.tokenize(["a ferry", "a tug"])))
                break
    """,
    "lists of texts, one for each class": """
        for kind, texts in read_descriptions().items():
            print(kind, model.encode_text(clip.tokenize(texts)))
    """,
    "a text for each round": """
        for word in read_words():
            print(model.encode_text(clip.tokenize([word])))  # CLP403
    """,
    "another model in each round": """
        class Matcher:
            def __init__(self, name):
                self.model, self.preprocess = clip.load(name)
            def match(self, texts):
                return self.model.encode_text(clip.tokenize(texts))
        for name in ["RN50", "ViT-B/32"]:
            matcher = Matcher(name)
            print(matcher.match(["a ferry", "a tug"]))
    """,
    "a function that a loop calls": """
        def compare():
            features = model.encode_text(clip.tokenize(["a ferry", "a tug"]))  # CLP404
            return features
        for path in ["a.jpg", "b.jpg"]:
            print(compare())
    """,
    "a picture that goes through a file": """
        for path in ["a.jpg", "b.jpg"]:
            Image.open(path).crop((0, 0, 9, 9)).save("crop.png")
            print(model.encode_image(preprocess(Image.open("crop.png")).unsqueeze(0)))  # CLP403
    """,
    "a picture that goes through a file with a made name": """
        import cv2
        def look(folder):
            kept = folder + "/kept.png"
            for path in ["a.jpg", "b.jpg"]:
                cv2.imwrite(kept, cv2.imread(path))
                print(model.encode_image(preprocess(Image.open(kept)).unsqueeze(0)))  # CLP403
    """,
    "the same picture, and others written elsewhere": """
        for path in ["a.jpg", "b.jpg"]:
            Image.open(path).save("seen.png")
            print(model.encode_image(preprocess(Image.open("crop.png")).unsqueeze(0)))
    """,
    "a comprehension's own name": """
        for i, path in enumerate(["a.jpg", "b.jpg"]):
            texts = torch.cat([clip.tokenize(f"a photo of a {i}") for i in range(10)])
            print(path, model.encode_text(texts))  # CLP404
    """,
    "a lambda's own name": """
        for name in ["a.jpg", "b.jpg"]:
            texts = list(map(lambda name: f"a photo of a {name}", ["ferry", "tug"]))
            print(name, model.encode_text(clip.tokenize(texts)))  # CLP404
    """,
    "one of several in a comprehension": """
        words = read_words()
        print([model.encode_text(clip.tokenize(word)) for word in words])  # CLP403
    """,
    "several in a comprehension": """
        groups = read_groups()
        print([model.encode_text(clip.tokenize(group)) for group in groups])
    """,
    "templates moved to where the model is": """
        templates = ["a photo of a {}.", "a drawing of a {}."]
        for name in read_names():
            texts = clip.tokenize([template.format(name) for template in templates])
            if torch.cuda.is_available():
                texts = texts.cuda()
            print(model.encode_text(texts))
    """,
    "one finding for one loop": """
        import glob
        for path in glob.glob("*.jpg"):
            left = model.encode_image(preprocess(Image.open(path)).unsqueeze(0))  # CLP403
            right = model.encode_image(preprocess(Image.open(path).rotate(5)).unsqueeze(0))
    """,
}


@pytest.mark.parametrize("story", LOOPS.values(), ids=LOOPS)
def test_what_changes_with_a_loop(story: str, tmp_path: Path) -> None:
    program = PREAMBLE + "model.eval()\n" + textwrap.dedent(story)
    (tmp_path / "program.py").write_text(program)
    assert lint(tmp_path, codes="CLP403 CLP404") == marked(program)


TOKENIZERS = {
    "one library's tokenizer or another's": """
        if hub:
            tokenizer = AutoTokenizer.from_pretrained("google/siglip-base-patch16-224")
        else:
            tokenizer = open_clip.get_tokenizer("ViT-B-32")
        tokens = tokenizer(words())
    """,
    "templates around class names": """
        TEMPLATES = {"pets": "a photo of a {}, a type of pet.", "food": "a photo of {}, a type of food."}
        prompts = [TEMPLATES[kind].format(c.replace("_", " ")) for c in read_classes()]
        tokens = torch.cat([clip.tokenize(p) for p in prompts])
    """,
    "words of the settings around class names": """
        tokens = clip.tokenize([settings["before"] + tidy(each) + settings["after"] for each in class_names()])
    """,
    "the whole text, to tell what was cut off": """
        from transformers import CLIPTextModel
        tower = CLIPTextModel.from_pretrained("openai/clip-vit-base-patch32")
        tokenizer = CLIPTokenizer.from_pretrained("openai/clip-vit-base-patch32")
        def encode(prompt):
            ids = tokenizer(prompt, padding="max_length", truncation=True, return_tensors="pt").input_ids
            whole = tokenizer(prompt, padding="longest", return_tensors="pt").input_ids
            if whole.shape[-1] > ids.shape[-1]:
                print("cut off:", tokenizer.batch_decode(whole[:, 76:-1]))
            return tower(ids)
    """,
    "ids that are cut but never encoded": """
        tokenizer = CLIPTokenizer.from_pretrained("openai/clip-vit-base-patch32")
        ids = tokenizer(words(), return_tensors="pt").input_ids
        print(ids[:, :4])
    """,
}


@pytest.mark.parametrize("story", TOKENIZERS.values(), ids=TOKENIZERS)
def test_tokenizers_that_nobody_can_blame(story: str, tmp_path: Path) -> None:
    program = "import clip, open_clip, torch\nfrom transformers import AutoTokenizer, CLIPTokenizer\n"
    (tmp_path / "program.py").write_text(program + textwrap.dedent(story))
    assert lint(tmp_path, codes="CLP302 CLP305") == {}


def test_either_library_is_on_the_way(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    """One branch gives a tensor, the other what Transformers 5 wraps: the call after both fails on one of them."""
    program = """\
import open_clip
import torch.nn.functional as F
from transformers import CLIPModel

def embed(pixels, hub):
    if hub:
        features = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").get_image_features(pixel_values=pixels)  # CLP307
    else:
        model, _, _ = open_clip.create_model_and_transforms("ViT-B-32-quickgelu", pretrained="openai")
        features = model.encode_image(pixels)
    return F.normalize(features, dim=-1)
"""
    assert lint(write({"program.py": program}), codes="CLP3") == marked(program)


@pytest.mark.parametrize(
    "unwrap",
    [
        "if not torch.is_tensor(out):\n        out = out.pooler_output",
        "out = out.pooler_output if hasattr(out, 'pooler_output') else out",
        "out = getattr(out, 'pooler_output', out)",
        "try:\n        out = out.pooler_output\n    except AttributeError:\n        pass",
    ],
)
def test_code_for_both_versions_is_fine(
    write: Callable[[Mapping[str, str | bytes]], Path], unwrap: str
) -> None:
    program = f"""\
import torch
import torch.nn.functional as F
from transformers import CLIPModel
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()

@torch.no_grad()
def embed(pixels):
    out = model.get_image_features(pixel_values=pixels)
    {unwrap}
    return F.normalize(out, dim=-1)
"""
    assert lint(write({"program.py": program}), codes="CLP3") == {}


@pytest.mark.parametrize(("calls", "texts"), [(3, [("a ferry", "a tug")]), (40, [])])
def test_long_foreign_functions_are_left_alone(
    write: Callable[[Mapping[str, str | bytes]], Path], calls: int, texts: list[tuple[str, ...]]
) -> None:
    """Where nothing that CLIP made goes in and the file does not speak of CLIP, only short functions are read."""
    body = "".join(f"    prepare({number})\n" for number in range(calls))
    folder = write(
        {
            "words.py": f"def labels(kind):\n{body}    return ['a ferry', 'a tug']\n",
            "program.py": "import clip\nfrom words import labels\nmodel, preprocess = clip.load('ViT-B/32')\n"
            "text = model.encode_text(clip.tokenize(labels('ships')))\n",
        }
    )
    assert prompts(folder) == texts


def test_a_branch_that_no_caller_takes_is_still_read(
    write: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    """Another file calls `build` without images: what `build` does with images counts, what it does without is theirs."""
    helper = """\
import clip
model, preprocess = clip.load("ViT-B/32")

class Tuner:
    def check(self, images):
        return [model.encode_image(preprocess(picture).unsqueeze(0)) for picture in images]

    def build(self, words, images=None):
        if images is not None:
            return self.check(images)
        return words
"""
    folder = write(
        {"helper.py": helper, "app.py": "import clip\nfrom helper import Tuner\nTuner().build(['a'])\n"}
    )
    settings = Configuration(Overrides(values={"min_severity": Severity.NOTE}), str(folder))
    outcome = engine.lint((".",), settings, str(folder), isolated=True)
    found = [(each.place.path, each.place.start.line) for each in outcome.reported if each.code == "CLP403"]
    assert found == [("helper.py", 6)]


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("list(dict.fromkeys(['a ferry', 'a tug', 'a ferry']))", ("a ferry", "a tug")),
        ("dict.fromkeys(['a ferry', 'a tug'], 0).keys()", ("a ferry", "a tug")),
        ("itertools.chain(['a ferry'], ['a tug'])", ("a ferry", "a tug")),
        ("list(itertools.chain.from_iterable([['a ferry'], ['a tug']]))", ("a ferry", "a tug")),
        ("sum([['a ferry'], ['a tug']], [])", ("a ferry", "a tug")),
        ("[t.format(c) for t, c in itertools.product(['a {}'], ['ferry', 'tug'])]", ("a ferry", "a tug")),
    ],
)
def test_pythons_own_ways_to_make_lists(
    write: Callable[[Mapping[str, str | bytes]], Path], expression: str, texts: tuple[str, ...]
) -> None:
    program = f"import clip\nimport itertools\nmodel, _ = clip.load('ViT-B/32')\nfeatures = model.encode_text(clip.tokenize({expression}))\n"
    assert prompts(write({"program.py": program})) == [texts]


def test_a_base_elsewhere_starts_the_object(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    """The attributes that an inherited `__init__` sets are known, and what it calls of the class is still read by itself."""
    folder = write(
        {
            "base.py": """\
KINDS = ["ferry", "tug"]

class Base:
    def __init__(self, size):
        self.size = size
        self.prompts = self.fill()
        self.load()

    def fill(self):
        return [f"a photo of a {kind}" for kind in KINDS]
""",
            "program.py": """\
import clip
from base import Base

class Classifier(Base):
    def load(self):
        self.model, self.preprocess = clip.load("ViT-B/32")
        self.features = self.model.encode_text(clip.tokenize(self.prompts))

    def score(self, image):
        return self.model.encode_image(image) @ self.features.T  # CLP201
""",
        }
    )
    assert prompts(folder) == [("a photo of a ferry", "a photo of a tug")]
    assert lint(folder) == {10: {"CLP201"}}


def test_a_tokenizer_by_name_may_be_a_language_models(
    write: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    """In a file that uses CLIP as well, only texts that reach a text tower are prompts."""
    program = """\
import clip
model, preprocess = clip.load("ViT-B/32")

def answer(assistant, processor, tokenizer, image):
    inputs = processor(text="How many boats are there?", images=image, return_tensors="pt")
    ids = tokenizer("Describe the harbour.", return_tensors="pt")
    return assistant.generate(**inputs), assistant.generate(**ids)

def embed(network, processor):
    inputs = processor(text=["a ferry", "a tug"], return_tensors="pt", padding=True)
    return network.get_text_features(**inputs)
"""
    assert prompts(write({"program.py": program})) == [("a ferry", "a tug")]


def test_a_head_on_a_frozen_tower_may_learn(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    program = """\
import clip
import torch

class Head(torch.nn.Module):
    def __init__(self, freeze):
        super().__init__()
        self.tower, self.preprocess = clip.load("ViT-B/32", device="cuda"){mark}
        {freeze}
        self.head = torch.nn.Linear(512, 2)

head = Head(True)
optimizer = torch.optim.Adam(head.parameters())
"""
    freeze = "for weight in self.tower.parameters(): weight.requires_grad = False"
    learning = program.format(mark="  # CLP309", freeze="self.size = 512")
    folder = write({"frozen.py": program.format(mark="", freeze=freeze), "learning.py": learning})
    assert lint(folder, "frozen.py", "CLP309") == {}
    assert lint(folder, "learning.py", "CLP309") == marked(learning)


@pytest.mark.parametrize(("texts", "is_same"), [("['a ferry', 'a tug']", True), ("shuffled(names)", False)])
def test_what_another_file_encodes_in_each_round(
    write: Callable[[Mapping[str, str | bytes]], Path], texts: str, is_same: bool
) -> None:
    helper = f"import clip\ndef encode(model, names):\n    return model.encode_text(clip.tokenize({texts}))\n"
    program = """\
import clip
from helper import encode
model, preprocess = clip.load("ViT-B/32")
names = read_names()
for seed in range(3):
    print(encode(model, names))
"""
    folder = write({"helper.py": helper, "program.py": program})
    settings = Configuration(Overrides(values={"min_severity": Severity.NOTE}), str(folder))
    outcome = engine.lint((".",), settings, str(folder), isolated=True)
    assert any(each.code == "CLP404" for each in outcome.reported) is is_same


PAGE = """\
import clip
import streamlit as st
st.title("Harbour")
{load}
"""


@pytest.mark.parametrize(
    ("load", "is_bad"),
    [
        ('model, preprocess = clip.load("ViT-B/32")', True),
        ('def start():\n    return clip.load("ViT-B/32")\nmodel, preprocess = start()', True),
        ("from models import start\nmodel, preprocess = start()", True),
        ("from ready import model", False),
        (
            '@st.cache_resource\ndef start():\n    return clip.load("ViT-B/32")\nmodel, preprocess = start()',
            False,
        ),
        (
            'if "model" not in st.session_state:\n    st.session_state.model, st.session_state.preprocess = clip.load("ViT-B/32")',
            False,
        ),
    ],
)
def test_a_page_that_runs_at_every_click(
    write: Callable[[Mapping[str, str | bytes]], Path], load: str, is_bad: bool
) -> None:
    start = 'import clip\ndef start():\n    return clip.load("ViT-B/32")\n'
    ready = start + "model, preprocess = start()\n"
    folder = write({"page.py": PAGE.format(load=load), "models.py": start, "ready.py": ready})
    settings = Configuration(Overrides(), str(folder))
    outcome = engine.lint((".",), settings, str(folder), isolated=True)
    assert any(each.code == "CLP405" for each in outcome.reported) is is_bad


@pytest.mark.parametrize(
    ("page", "is_page"),
    [
        ('folder = st.text_input("Folder")', True),
        ('if st.button("Search"):\n    print("found")', True),
        ("left, right = st.columns(2)", True),
        ('picture = st.sidebar.file_uploader("Picture")', True),
        ('def main():\n    return st.selectbox("Harbour", ["Bergen", "Oban"])\nmain()', True),
        ('def ask():\n    return st.text_input("Folder")', False),
        ('def told(path):\n    st.success(f"read {path}")', False),
        ("st.cache_data.clear()", False),
    ],
)
def test_a_page_is_told_by_what_it_shows_on_its_way(
    write: Callable[[Mapping[str, str | bytes]], Path], page: str, is_page: bool
) -> None:
    program = f'import clip\nimport streamlit as st\nmodel, preprocess = clip.load("ViT-B/32")\n{page}\n'
    folder = write({"page.py": program})
    outcome = engine.lint((".",), Configuration(Overrides(), str(folder)), str(folder), isolated=True)
    assert any(each.code == "CLP405" for each in outcome.reported) is is_page


def test_a_wrapper_is_not_the_model(write: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    """Who gets pictures as they are is no model of Transformers, unless it is called so."""
    program = """\
import numpy as np
import clip
from PIL import Image

def collect(searcher, paths):
    return np.stack([searcher.get_image_features(Image.open(path)).flatten() for path in paths])

def embed(clip_model, pixels):
    return clip_model.get_image_features(pixels).flatten()  # CLP307
"""
    assert lint(write({"program.py": program}), codes="CLP307") == marked(program)


def test_gradients_are_off_even_where_torch_comes_from_elsewhere(
    write: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    program = """\
import clip
from tools import *
model, preprocess = clip.load("ViT-B/32")

def embed(image):
    with torch.no_grad():
        return model.encode_image(image)

@torch.inference_mode()
def embed_again(image):
    return model.encode_image(image)

def embed_for_training(image):
    return model.encode_image(image)  # CLP402
"""
    assert lint(write({"program.py": program}), codes="CLP402") == marked(program)


@pytest.mark.parametrize(
    ("program", "task"),
    [
        ("for words in ['misty boats', 'sunny boats']:\n    features([words])\n", Task.UNKNOWN),
        ("features(['misty boats' if late else 'sunny boats'])\n", Task.QUERY),
        ("features(['misty boats', 'sunny boats'])\n", Task.LABELS),
    ],
)
def test_one_text_a_call_is_no_label_set(
    write: Callable[[Mapping[str, str | bytes]], Path], program: str, task: Task
) -> None:
    """A list of one text, whichever it is, may be a search; a list of several is a choice."""
    head = (
        "import clip\nmodel, _ = clip.load('ViT-B/32')\n"
        "def features(text):\n    return model.encode_text(clip.tokenize(text))\n"
    )
    folder = write({"program.py": head + program})
    workspace = Workspace((folder,), folder)
    path = folder / "program.py"
    source, parsed = workspace.load(path), workspace.program(path)
    assert source is not None
    assert parsed is not None
    (found,) = read(source, parsed, workspace, Versions()).prompt_sets
    assert found.task is task
