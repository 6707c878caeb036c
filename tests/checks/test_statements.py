"""What a message says of a program is true of that program, and the advice below it works there."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

from clip_lint.api import lint_source
from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides


def found(program: str, code: str) -> list[Finding]:
    configuration = Configuration(Overrides({"min_severity": Severity.NOTE}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", configuration, "/nowhere", isolated=True)
    return [each for each in outcome.reported if each.code == code]


CLASSES = """\
import open_clip
import torch
from PIL import Image

model, preprocess = open_clip.create_model_from_pretrained("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")
with torch.no_grad():
    image = model.encode_image(preprocess(Image.open("a.jpg"))[None], normalize=True)
    means = []
    for name in ("mill", "barn"):
        texts = model.encode_text(tokenizer([f"a photo of a {{name}}", f"a drawing of a {{name}}"]), normalize={normalize})
        means.append(texts.mean(dim=0))
    probs = (image @ torch.stack(means).T).softmax(dim=-1)
print(probs.tolist())
"""


@pytest.mark.parametrize(
    ("normalize", "severity", "told"),
    [
        (True, Severity.ERROR, "the probabilities of the labels come out far too equal"),
        (False, Severity.NOTE, "depends on their lengths"),
    ],
)
def test_means_of_vectors_of_length_one_are_as_flat_as_cosines(
    normalize: bool,
    severity: Severity,
    told: str,
) -> None:
    (finding,) = found(CLASSES.format(normalize=normalize), "CLP202")
    assert finding.severity is severity
    assert told in finding.message


def test_that_softmax_is_flat_and_the_lengths_of_raw_vectors_are_not() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    texts = torch.nn.functional.normalize(torch.randn(2, 7, 64) * 0.3 + torch.randn(2, 1, 64), dim=-1)
    image = torch.nn.functional.normalize(0.3 * texts.mean(dim=1)[0] + 0.2 * torch.randn(64), dim=-1)
    means = texts.mean(dim=1)
    assert float((image @ means.T).softmax(dim=-1).max()) < 0.75
    assert float((10 * image @ (10 * means).T).softmax(dim=-1).max()) > 0.99


HALVES = """\
import open_clip
import torch
from PIL import Image

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k", precision="{precision}", device="cuda")
model.eval()
with torch.inference_mode():
    print(model.encode_image(preprocess(Image.open("a.jpg"))[None].to("cuda"){cast}, normalize=True))
"""


@pytest.mark.parametrize(("precision", "dtype"), [("fp16", "float16"), ("bf16", "bfloat16")])
def test_the_advised_precision_is_that_of_the_model(precision: str, dtype: str) -> None:
    (finding,) = found(HALVES.format(precision=precision, cast=""), "CLP309")
    assert finding.help is not None
    (advised,) = re.findall(r"torch[.](\w+)", finding.help)
    assert advised == dtype
    assert f"go into a {dtype} model" in finding.message
    assert found(HALVES.format(precision=precision, cast=f".to(torch.{advised})"), "CLP309") == []


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_pixels_of_another_half_precision_raise_too(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    weights = torch.ones(1, 3, 2, 2, dtype=getattr(torch, dtype))
    other = torch.bfloat16 if dtype == "float16" else torch.float16
    for given in (torch.float32, other):
        with pytest.raises(RuntimeError, match=r"type"):
            torch.nn.functional.conv2d(torch.ones(1, 3, 2, 2, dtype=given), weights)


PIXELS = """\
import clip
import torch
import torchvision.transforms as T
from PIL import Image

model, _ = clip.load("ViT-B/32", device="cpu")
transform = T.Compose([T.Resize((224, 224)), T.ToTensor(), T.Normalize({numbers})])
with torch.no_grad():
    print(model.encode_image(transform(Image.open("a.jpg").convert("RGB"))[None]))
"""


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ("(0.485, 0.456, 0.406), (0.229, 0.224, 0.225)", "mean 0.485 0.456 0.406 and deviation 0.229 0.224 0.225 (ImageNet's), but"),
        ("[0.5] * 3, [0.5] * 3", "mean 0.5 0.5 0.5 and deviation 0.5 0.5 0.5, but"),
    ],
)  # fmt: skip
def test_whose_numbers_pixels_are_normalised_with_is_said(numbers: str, told: str) -> None:
    (finding,) = found(PIXELS.format(numbers=numbers), "CLP304")
    assert told in finding.message
    assert (
        "ViT-B/32 was trained with mean 0.481 0.458 0.408 and deviation 0.269 0.261 0.276" in finding.message
    )


SHOWN = """\
from PIL import Image
from sentence_transformers import SentenceTransformer, util

model = SentenceTransformer("clip-ViT-B-32")
{name} = util.cos_sim(model.encode(Image.open("a.jpg")), model.encode("a mill")).item()
{shown}
"""


@pytest.mark.parametrize(
    ("name", "shown", "told"),
    [
        (
            "probability",
            "print(probability)",
            "`probability` is a cosine and no probability: with OpenAI's ViT-B/32, pairs that match lie at",
        ),
        ("likeness", "print({'confidence': likeness})", "`likeness`, called `confidence`, is a cosine"),
        ("likeness", "print(f'{likeness:.0%}')", "`likeness`, printed as a percentage, is a cosine"),
    ],
)
def test_a_cosine_is_named_once(name: str, shown: str, told: str) -> None:
    (finding,) = found(SHOWN.format(name=name, shown=shown), "CLP207")
    assert told in finding.message


TEMPERED = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    image = torch.nn.functional.normalize(model.encode_image(preprocess(Image.open("a.jpg"))[None]), dim=-1)
    text = torch.nn.functional.normalize(model.encode_text(clip.tokenize(["a mill", "a barn"])), dim=-1)
    print((image @ text.T * {factor}).softmax(dim=-1).tolist())
"""


@pytest.mark.parametrize(
    ("factor", "told"), [(20, "flatter than with 0.01"), (400, "sharper than with 0.01")]
)
def test_which_way_a_temperature_goes_is_said(factor: int, told: str) -> None:
    configuration = Configuration(
        Overrides({"min_severity": Severity.NOTE, "preview": True}), "/nowhere", isolated=True
    )
    program = TEMPERED.format(factor=factor)
    outcome = lint_text(program.encode(), "program.py", configuration, "/nowhere", isolated=True)
    (finding,) = (each for each in outcome.reported if each.code == "CLP211")
    assert told in finding.message


@pytest.mark.parametrize(
    ("name", "told"), [("RN50", "every text embedding is off"), ("ViT-B-32", "every embedding is off")]
)
def test_the_pictures_of_a_resnet_go_through_relu_whatever_the_texts_do(name: str, told: str) -> None:
    load = f'import open_clip\nmodel, _, preprocess = open_clip.create_model_and_transforms("{name}", pretrained="yfcc15m")\n'
    load = load.replace("yfcc15m", "yfcc15m" if name == "RN50" else "openai")
    (finding,) = found(load, "CLP306")
    assert told in finding.message


def test_open_clips_resnet_takes_no_activation() -> None:
    program = distribution("open_clip_torch").locate_file("open_clip/modified_resnet.py")
    text = Path(str(program)).read_text("utf-8")
    assert "ReLU(" in text
    assert "GELU" not in text
    assert "act_layer" not in text


COSINE = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32")
with torch.no_grad():
    pictures = model.encode_image(torch.stack([preprocess(Image.open(path)) for path in ("a.jpg", "b.jpg")]))
    words = model.encode_text(clip.tokenize({texts}))
pictures = pictures / pictures.norm(dim=-1, keepdim=True)
words = words / words.norm(dim=-1, keepdim=True)
"""


@pytest.mark.parametrize(
    ("texts", "dim", "told"),
    [
        (["a boat"], 0, "the shares of the pictures come out far too equal"),
        (["a boat", "a barn"], 1, "the probabilities of the labels come out far too equal"),
    ],
)
def test_a_flat_softmax_says_of_what_it_is_flat(texts: list[str], dim: int, told: str) -> None:
    program = COSINE.format(texts=texts) + f"print((pictures @ words.T).softmax(dim={dim}).tolist())\n"
    (finding,) = found(program, "CLP202")
    assert told in finding.message


def test_a_percentage_of_a_cosine_is_told_as_that_and_no_logit() -> None:
    program = COSINE.format(texts=["a boat"]) + "score = (pictures[:1] @ words.T).item()\n"
    (finding,) = found(program + 'print(f"confidence: {score * 100:.1f}%")\n', "CLP207")
    assert "a hundred times a cosine" in finding.message
    assert "0.25 to 0.35" in finding.message


@pytest.mark.parametrize(
    ("factor", "told"), [("5", "multiplied by 5"), ("100", "the logit scale is applied twice")]
)
def test_only_a_number_like_a_logit_scale_is_called_one(factor: str, told: str) -> None:
    program = COSINE.format(texts=["a boat", "a barn"]) + "logits = 100.0 * pictures @ words.T\n"
    (finding,) = found(program + f"print((logits * {factor}).softmax(dim=-1).tolist())\n", "CLP208")
    assert told in finding.message


@pytest.mark.parametrize(
    ("name", "given"), [("convnext_base_w", "picture"), ("xlm-roberta-base-ViT-B-32", "text")]
)
def test_what_changes_in_train_mode_is_named(name: str, given: str) -> None:
    program = (
        f'import open_clip\nmodel, _, preprocess = open_clip.create_model_and_transforms("{name}", pretrained="w.pt")\n'
        f'tokenizer = open_clip.get_tokenizer("{name}")\n'
        'print(model.encode_text(tokenizer(["a boat"]), normalize=True), model.encode_image(preprocess(picture)[None]))\n'
    )
    (finding,) = found(program, "CLP401")
    assert f"the same {given} gets other features" in finding.message


def test_what_has_another_reason_or_another_model_is_no_place_where_the_same_holds() -> None:
    people = 'one = model.encode_text(clip.tokenize(["a photo of Tom Hanks", "a photo of Brad Pitt"]))\n'
    dogs = 'two = model.encode_text(clip.tokenize(["a photo of a Norwich terrier", "a photo of a Norfolk terrier"]))\n'
    program = 'import clip\nmodel, preprocess = clip.load("ViT-B/32")\n' + people + dogs
    first, second = found(program, "CLP105")
    assert "Tom Hanks" in first.message
    assert "Norwich terrier" in second.message
    assert "the same holds" not in first.message


def test_the_room_that_is_advised_is_what_a_text_has() -> None:
    long = "a photo of a lighthouse on a rock with gulls and nets and boats and barrels " * 8
    program = (
        "import open_clip\n"
        'model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-16-SigLIP", pretrained="webli")\n'
        f'texts = open_clip.get_tokenizer("ViT-B-16-SigLIP")(["{long.strip()}"])\n'
        "features = model.encode_text(texts)\n"
    )
    (finding,) = found(program, "CLP109")
    assert "keep it to 63 tokens" in finding.help


LOGITS = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
with torch.no_grad():
    out = model(**processor(text=["a mill", "a barn"], images=Image.open("a.jpg"), return_tensors="pt", padding=True))
logits = out.logits_per_image
"""


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("CLP202", "print((logits / 100).softmax(dim=-1).tolist())"),
        ("CLP202", "print((logits / model.logit_scale.exp()).softmax(dim=-1).tolist())"),
        ("CLP206", "print((logits * 0.01)[0, 0] > 0.7)"),
        ("CLP207", 'print({"confidence": (logits / 100)[0, 0].item()})'),
    ],
)
def test_what_a_variable_gives_when_it_is_divided_does_not_go_by_its_name(code: str, line: str) -> None:
    (finding,) = found(f"{LOGITS}{line}\n", code)
    assert "`logits`" not in finding.message


def test_a_variable_that_holds_the_divided_scores_is_named() -> None:
    (finding,) = found(LOGITS + "cosines = logits / 100\nprint(cosines.softmax(dim=-1).tolist())\n", "CLP202")
    assert finding.message.startswith("`cosines` goes into softmax")


LONG = "a photo of a lighthouse on a rock with gulls and nets and boats and barrels " * 8


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ('import clip\nmodel, _ = clip.load("ViT-B/32")\nmodel.encode_text(clip.tokenize([TEXT]))\n', "this raises an error"),
        ('import clip\nmodel, _ = clip.load("ViT-B/32")\nmodel.encode_text(clip.tokenize([TEXT], truncate=True))\n', "the rest is cut off and changes nothing"),
        ('import clip\nmodel, _ = clip.load("ViT-B/32")\nmodel.encode_text(clip.tokenize([TEXT], truncate=asked))\n', "cut off where the tokenizer truncates, and an error is raised where it does not"),
        ('import open_clip\ntokens = open_clip.get_tokenizer("ViT-B-32")([TEXT])\nopen_clip.create_model("ViT-B-32", "laion2b_s34b_b79k").eval().encode_text(tokens)\n', "the rest is cut off and changes nothing"),
        ('from transformers import pipeline\nprint(pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")("a.jpg", candidate_labels=[TEXT, "a mill"]))\n', "this raises an error"),
        ('from transformers import pipeline\nprint(pipeline("zero-shot-image-classification", model="google/siglip-base-patch16-224")("a.jpg", candidate_labels=[TEXT, "a mill"]))\n', "the rest is cut off and changes nothing"),
    ],
)  # fmt: skip
def test_what_becomes_of_words_that_do_not_fit_is_said_as_the_program_does_it(
    program: str, told: str
) -> None:
    (finding,) = found(f'TEXT = "{LONG}"\n{program}', "CLP109")
    assert told in finding.message


def test_texts_of_a_detector_are_not_to_be_averaged() -> None:
    program = (
        "from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor\n"
        'name = "google/owlv2-base-patch16-ensemble"\n'
        "processor = AutoProcessor.from_pretrained(name)\nmodel = AutoModelForZeroShotObjectDetection.from_pretrained(name).eval()\n"
        f'print(model(**processor(text=[["{LONG}"]], images=picture, return_tensors="pt")))\n'
    )
    (finding,) = found(program, "CLP109")
    assert "this raises an error" in finding.message
    assert "average" not in finding.help
    assert "look for fewer things at a time" in finding.help


TOWERS = """\
import open_clip
import torch

model, preprocess = open_clip.create_model_from_pretrained("{name}", pretrained="{weights}")
with torch.no_grad():
    print(model.encode_{kind}(given).tolist())
"""


@pytest.mark.parametrize(
    ("name", "weights", "kind", "severity"),
    [
        ("xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", "image", Severity.NOTE),
        ("xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", "text", Severity.WARNING),
        ("convnext_base_w", "laion2b_s13b_b82k", "text", Severity.NOTE),
        ("convnext_base_w", "laion2b_s13b_b82k", "image", Severity.WARNING),
    ],
)
def test_train_mode_is_a_warning_for_the_tower_that_it_changes(
    name: str, weights: str, kind: str, severity: Severity
) -> None:
    (finding,) = found(TOWERS.format(name=name, weights=weights, kind=kind), "CLP401")
    assert finding.severity is severity
    assert ("whose features are right" in finding.message) is (severity is Severity.NOTE)


LABELS = """\
from transformers import pipeline

classify = pipeline("zero-shot-image-classification", model="openai/clip-vit-large-patch14")
print(classify("a.jpg", candidate_labels={labels}, hypothesis_template="{{}}"))
"""


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (["a chest x-ray with pneumonia", "a normal chest x-ray"], "no figure is known here"),
        (["a histology slide of a tumour", "a histology slide of normal tissue"], "52.0% right on PatchCamelyon"),
    ],
)  # fmt: skip
def test_a_benchmark_of_tissue_says_nothing_of_other_medical_pictures(labels: list[str], told: str) -> None:
    (finding,) = found(LABELS.format(labels=labels), "CLP105")
    assert told in finding.message
    assert ("PatchCamelyon" in finding.message) is ("PatchCamelyon" in told)


def test_cats_are_no_dogs() -> None:
    (finding,) = found(LABELS.format(labels=["a Siamese cat", "a Persian cat", "a Maine Coon"]), "CLP105")
    assert "breeds of dogs or cats" in finding.message


SEARCH = """\
import faiss
import open_clip

model, preprocess = open_clip.create_model_from_pretrained("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
index = faiss.IndexFlatL2(512)
{use}
"""


def test_a_query_as_it_came_moves_distances_and_not_always_the_order() -> None:
    query = "index.add(stored)\nindex.search(model.encode_text(tokens).detach().numpy(), 5)"
    (finding,) = found(SEARCH.format(use=query), "CLP209")
    assert finding.severity is Severity.WARNING
    assert "the order of what is found as well where the vectors in the index differ in length" in finding.message  # fmt: skip
    (filled,) = found(SEARCH.format(use="index.add(model.encode_image(pixels).detach().numpy())"), "CLP209")
    assert filled.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("model", "processor", "told"),
    [
        ("google/siglip2-base-patch16-224", "google/siglip2-base-patch16-naflex", "it makes rows of patches and the model takes whole pictures, which raises an error"),
        ("google/siglip2-base-patch16-naflex", "google/siglip2-base-patch16-224", "it makes whole pictures and the model takes rows of patches, which raises an error"),
    ],
)  # fmt: skip
def test_rows_of_patches_and_whole_pictures_do_not_fit(model: str, processor: str, told: str) -> None:
    program = (
        "from PIL import Image\nfrom transformers import AutoModel, AutoProcessor\n"
        f'model = AutoModel.from_pretrained("{model}").eval()\nprocessor = AutoProcessor.from_pretrained("{processor}")\n'
        'print(model(**processor(text=["a mill"], images=Image.open("a.jpg"), padding="max_length", max_length=64, return_tensors="pt")))\n'
    )
    (finding,) = found(program, "CLP301")
    assert finding.severity is Severity.ERROR
    assert told in finding.message


def test_a_model_of_whole_pictures_takes_no_rows_of_patches() -> None:
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    vision = transformers.SiglipVisionConfig(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, image_size=32, patch_size=16)  # fmt: skip
    model = transformers.SiglipVisionModel(vision).eval()
    with torch.no_grad(), pytest.raises((RuntimeError, ValueError)):
        model(pixel_values=torch.zeros(1, 4, 3 * 16 * 16))


@pytest.mark.parametrize(
    ("label", "told"),
    [("n02084071", "(the name that the number stands for)"), ("using_laptop", "such as `using laptop`")],
)
def test_words_are_advised_where_a_key_holds_some(label: str, told: str) -> None:
    finding = found(LABELS.format(labels=["a sofa", label]), "CLP112")[0]
    assert finding.help is not None
    assert told in finding.help


SCALED = """\
import torch
from PIL import Image
from transformers import {model}, {processor}

model = {model}.from_pretrained("{name}")
processor = {processor}.from_pretrained("{name}")
with torch.no_grad():
    out = model(**processor(text=["a mill", "a barn"], images=Image.open("a.jpg"), padding=True, return_tensors="pt"))
print((out.image_embeds @ out.text_embeds.T).softmax(dim=-1).tolist())
"""


@pytest.mark.parametrize(
    ("model", "processor", "name", "told", "is_fixed"),
    [
        ("CLIPModel", "CLIPProcessor", "openai/clip-vit-base-patch32", "multiply by the scale that the checkpoint learned (its `logit_scale.exp()`", True),
        ("AlignModel", "AlignProcessor", "kakaobrain/align-base", "divide by the model's `temperature`", False),
    ],
)  # fmt: skip
def test_what_scales_is_what_the_model_has(
    model: str, processor: str, name: str, told: str, is_fixed: bool
) -> None:
    transformers = pytest.importorskip("transformers")
    program = SCALED.format(model=model, processor=processor, name=name)
    (finding,) = found(program, "CLP202")
    assert finding.help is not None
    assert told in finding.help
    (linted,) = lint_source(program, filename="scores.py", isolated=True).findings
    assert (linted.fix is not None) is is_fixed
    path = transformers.__file__.replace("__init__.py", f"models/{'clip' if is_fixed else 'align'}/modeling_{'clip' if is_fixed else 'align'}.py")  # fmt: skip
    source = Path(path).read_text("utf-8")
    assert ("self.logit_scale =" in source) is is_fixed
    assert ("/ self.temperature" in source) is not is_fixed


def test_tokens_of_another_vocabulary_raise_where_they_are_more_than_the_model_takes() -> None:
    program = (
        "import open_clip\n"
        'model, _, preprocess = open_clip.create_model_and_transforms("ViT-L-14-CLIPA", pretrained="datacomp1b")\n'
        'tokenizer = open_clip.get_tokenizer("ViT-B-16-SigLIP")\n'
        'print(model.eval().encode_text(tokenizer(["a mill"])))\n'
    )
    (finding,) = found(program, "CLP301")
    assert "more than the 32 tokens that it takes raise an error" in finding.message
    assert "no error tells" not in finding.message


RAW = """\
import torch
from transformers import AutoModel, AutoProcessor

name = "google/siglip-base-patch16-224"
model, processor = AutoModel.from_pretrained(name).eval(), AutoProcessor.from_pretrained(name)
with torch.no_grad():
    texts = model.get_text_features(**processor(text=["a mill", "a barn"], padding="max_length", return_tensors="pt")).pooler_output
    image = model.get_image_features(**processor(images=[pixels], return_tensors="pt")).pooler_output
print((image / image.norm(dim=-1, keepdim=True) @ {vectors}.T).tolist())
"""


@pytest.mark.parametrize(
    ("code", "vectors"), [("CLP201", "texts"), ("CLP210", "texts.mean(dim=0, keepdim=True)")]
)
def test_a_longer_vector_need_not_score_higher(code: str, vectors: str) -> None:
    torch = pytest.importorskip("torch")
    image, text = torch.tensor([1.0, 0.0]), torch.tensor([-0.1, 1.0])  # a cosine below zero, as SigLIP gives
    assert image @ (2 * text) < image @ text
    (finding,) = found(RAW.format(vectors=vectors), code)
    assert "higher score" not in finding.message
