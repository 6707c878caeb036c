"""What models that find things by text are asked for: absence is not found, a number is not needed, and no figure of CLIP's is told."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

EVERYTHING = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))
HEAD = "import torch\nfrom PIL import Image\nimage = Image.open('yard.jpg').convert('RGB')\n"


def found(program: str) -> list[Finding]:
    outcome = lint_text(
        (HEAD + program).encode(),
        "find.py",
        Configuration(EVERYTHING, "/nowhere", isolated=True),
        "/nowhere",
        isolated=True,
    )
    assert not outcome.problems
    return list(outcome.reported)


PIPELINE = "from transformers import pipeline\nfind = pipeline('zero-shot-object-detection'{model})\n"
OWL = """
from transformers import {name}ForObjectDetection, {name}Processor
reader = {name}Processor.from_pretrained("{checkpoint}")
model = {name}ForObjectDetection.from_pretrained("{checkpoint}").eval()
with torch.no_grad():
    found = model(**reader(text=TEXTS, images=image, return_tensors="pt"))
"""
GENERAL = """
from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor
reader = AutoProcessor.from_pretrained("{checkpoint}")
model = AutoModelForZeroShotObjectDetection.from_pretrained("{checkpoint}").eval()
with torch.no_grad():
    found = model(**reader(images=image, text=TEXTS, return_tensors="pt"))
"""
ASKED = {
    "pipeline": PIPELINE.format(model="") + "find(image, candidate_labels=TEXTS)",
    "pipeline, a model": PIPELINE.format(model=", model='google/owlv2-base-patch16-ensemble'")
    + "find(image, candidate_labels=TEXTS)",
    "pipeline, a model that is not known": PIPELINE.format(model=", model=NAME") + "find('yard.jpg', TEXTS)",
    "pipeline, mappings": PIPELINE.format(model="") + "find([{'image': image, 'candidate_labels': TEXTS}])",
    "OWL-ViT": OWL.format(name="OwlViT", checkpoint="google/owlvit-base-patch32"),
    "OWLv2": OWL.format(name="Owlv2", checkpoint="google/owlv2-large-patch14-ensemble"),
    "Grounding DINO": GENERAL.format(checkpoint="IDEA-Research/grounding-dino-tiny"),
    "MM Grounding DINO": GENERAL.format(checkpoint="openmmlab-community/mm_grounding_dino_tiny_o365v1_goldg"),
    "OmDet": GENERAL.format(checkpoint="omlab/omdet-turbo-swin-tiny-hf"),
    "CLIPSeg": "from transformers import CLIPSegForImageSegmentation, CLIPSegProcessor\nread = CLIPSegProcessor.from_pretrained('CIDAS/clipseg-rd64-refined')\n"
    "read(text=TEXTS, images=[image] * 2, padding=True, return_tensors='pt')",
    "SAM 3": "from transformers import Sam3Model, Sam3Processor\nread = Sam3Processor.from_pretrained('facebook/sam3')\nread(images=image, text=TEXTS, return_tensors='pt')",
    "YOLO-World": "from ultralytics import YOLOWorld\nfind = YOLOWorld('yolov8l-worldv2.pt')\nfind.set_classes(TEXTS)",
    "YOLO-World by YOLO": "from ultralytics import YOLO\nfind = YOLO('yolov8s-world.pt')\nfind.set_classes(TEXTS)",
    "YOLOE": "from ultralytics import YOLOE\nfind = YOLOE('yoloe-11l-seg.pt')\nfind.set_classes(TEXTS, find.get_text_pe(TEXTS))",
    "groundingdino": "from groundingdino.util.inference import load_model, predict\npredict(load_model('c.py', 'w.pth'), image, TEXTS[0], 0.3, 0.2)",
    "SAM 3, its own package": "from sam3.model.sam3_image_processor import Sam3Processor\nfrom sam3.model_builder import build_sam3_image_model\n"
    "ask = Sam3Processor(build_sam3_image_model())\nstate = ask.set_image(image)\nfor text in TEXTS:\n    ask.set_text_prompt(prompt=text, state=state)",
    "Lang-SAM": "from lang_sam import LangSAM\nLangSAM().predict([image] * len(TEXTS), TEXTS)",
    "groundingdino, an object": "from groundingdino.util.inference import Model\nModel('c.py', 'w.pth').predict_with_classes(image=image, classes=TEXTS, box_threshold=0.3, text_threshold=0.2)",
}


@pytest.mark.parametrize("absence", ["a worker without a vest", "a shelf with no bottles"])
@pytest.mark.parametrize("ask", ASKED)
def test_absence_is_told_of_once_and_in_words_for_detectors(ask: str, absence: str) -> None:
    [finding] = found(f"TEXTS = [{absence!r}, 'a forklift']\n{ASKED[ask]}\n")
    assert (finding.code, finding.severity) == ("CLP104", Severity.WARNING)
    assert "detectors" in finding.message
    assert "NegBench" not in finding.message
    assert "CLIP" not in finding.message.replace("CLIPSeg", "")
    assert "detector" not in (finding.help or "")  # it is one
    assert finding.request is None  # the probe measures whole pictures


@pytest.mark.parametrize("ask", ASKED)
def test_a_number_is_not_needed(ask: str) -> None:
    [finding] = found(f"TEXTS = ['two dogs', 'a forklift']\n{ASKED[ask]}\n")
    assert (finding.code, finding.severity) == ("CLP101", Severity.NOTE)
    assert "count the boxes" in (finding.help or "")


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    "texts",
    [
        ["a worker", "a vest", "a helmet"],
        ["cat"],
        ["the red cup to the left of the plate"],
        ["a sleeveless shirt", "a no parking sign"],
        ["golden retriever", "beagle", "poodle"],
        ["one cat"],
        ["a man holding a sign that says STOP"],
    ],
)
def test_what_else_is_asked_is_left_alone(ask: str, texts: list[str]) -> None:
    """Bare words, kinds, places and one label alone are what such models are made for."""
    assert not found(f"TEXTS = {texts!r}\n{ASKED[ask]}\n")


LONG = "a person in a long grey coat and a wide hat who carries a heavy brown leather suitcase across the wet platform"


def test_owl_vit_reads_sixteen_tokens() -> None:
    for ask, codes in (
        ("OWL-ViT", ["CLP109"]),
        ("pipeline, a model", ["CLP109"]),
        ("Grounding DINO", []),
        ("YOLOE", []),
    ):
        assert [each.code for each in found(f"TEXTS = [{LONG!r}]\n{ASKED[ask]}\n")] == codes


def test_weights_of_ones_own_have_classes_of_their_own() -> None:
    program = "from ultralytics import YOLO, YOLOWorld\nfind = YOLO('best.pt')\nfind.set_classes(['no helmet', 'helmet'])\nYOLOWorld('runs/best.pt').set_classes(['no vest'])\n"
    assert not found(program)


def test_an_owl_vit_that_compares_whole_pictures_is_a_clip() -> None:
    program = """
from transformers import OwlViTModel, OwlViTProcessor
model = OwlViTModel.from_pretrained("google/owlvit-base-patch32")
reader = OwlViTProcessor.from_pretrained("google/owlvit-base-patch32")
with torch.no_grad():
    scores = model(**reader(text=["one dog", "two dogs"], images=image, return_tensors="pt")).logits_per_image
print(scores.argmax())
"""
    [finding] = found(program)
    assert (finding.code, finding.severity) == ("CLP101", Severity.ERROR)


DINO = """
from lang_sam import LangSAM
from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor
reader = AutoProcessor.from_pretrained("IDEA-Research/grounding-dino-tiny")
model = AutoModelForZeroShotObjectDetection.from_pretrained("IDEA-Research/grounding-dino-tiny").eval()
CLASSES = ["person", "car", "dog"]
with torch.no_grad():
    found = model(**reader(images=image, text=TEXT, return_tensors="pt"))
"""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("'person, car, traffic light'", "person. car. traffic light."),
        ("'people; astronaut'", "people. astronaut."),
        ("'a red bus | a taxi | a pedestrian.'", "a red bus. a taxi. a pedestrian."),
        ("', '.join(['person', 'car', 'dog'])", "person. car. dog."),
    ],
)
def test_grounding_dino_takes_dots_for_the_ends_of_labels(text: str, written: str) -> None:
    [finding] = found(DINO.replace("TEXT", text))
    assert (finding.code, finding.severity) == ("CLP118", Severity.WARNING)
    assert finding.help == f'write `"{written}"`'


@pytest.mark.parametrize(
    "text",
    [
        "'Person. Car. Traffic light'",
        "'a big, red, shiny car'",
        "'a man, smiling, in a blue coat.'",
        "'person with a hat, glasses, gloves'",
        "'a person, blue shirt'",
        "'a dog, a cat. a bird, a hen.'",
        "' . '.join(CLASSES) + ' .'",
        "[CLASSES]",
        "', '.join(given)",
    ],
)
def test_dots_lists_and_descriptions_of_one_thing_are_fine(text: str) -> None:
    assert not found(DINO.replace("TEXT", text))


def test_other_detectors_read_one_text_for_one_thing() -> None:
    ask = ASKED["SAM 3"]
    assert not found(f"TEXTS = 'hen, goose, bucket'\n{ask}\n")


def test_a_session_of_videos_is_asked_by_mappings() -> None:
    program = """
from sam3.model_builder import build_sam3_video_predictor
ask = build_sam3_video_predictor()
session = ask.handle_request(request=dict(type="start_session", resource_path="walk.mp4"))["session_id"]
ask.handle_request(request=dict(type="add_prompt", session_id=session, frame_index=0, text="people without masks"))
ask.handle_request(request={"type": "add_prompt", "session_id": session, "frame_index": 9, "text": "masks"})
"""
    assert [each.code for each in found(program)] == ["CLP104"]
