"""What to use where CLIP is the wrong tool: models and packages that exist, as plain data with a snippet that runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to get what CLIP does not give.

    ``checkpoint`` is a hub id (None where a package brings its own weights), ``licence`` that of the weights, ``install``
    the line that installs what ``snippet`` imports, ``topic`` the page of ``clip-lint explain`` that goes deeper.
    """

    key: str
    name: str
    checkpoint: str | None
    licence: str
    install: str
    topic: str
    snippet: str


_TRANSFORMERS = "pip install torch torchvision transformers pillow"

DETECTOR = Alternative(
    "detector",
    "DETR, a detector for COCO's 80 classes",
    "facebook/detr-resnet-50",
    "Apache-2.0",
    "pip install torch torchvision transformers pillow timm",
    "object_detection",
    """\
from collections import Counter

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForObjectDetection

processor = AutoImageProcessor.from_pretrained("facebook/detr-resnet-50")
detector = AutoModelForObjectDetection.from_pretrained("facebook/detr-resnet-50").eval()

image = Image.open("image.jpg").convert("RGB")
with torch.inference_mode():
    outputs = detector(**processor(images=image, return_tensors="pt"))
found = processor.post_process_object_detection(outputs, target_sizes=[(image.height, image.width)], threshold=0.7)[0]
print(Counter(detector.config.id2label[int(label)] for label in found["labels"]))
""",
)

OPEN_DETECTOR = Alternative(
    "open-detector",
    "Grounding DINO, a detector for anything that has a name",
    "IDEA-Research/grounding-dino-tiny",
    "Apache-2.0",
    _TRANSFORMERS,
    "object_detection",
    """\
import torch
from PIL import Image
from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor

processor = AutoProcessor.from_pretrained("IDEA-Research/grounding-dino-tiny")
detector = AutoModelForZeroShotObjectDetection.from_pretrained("IDEA-Research/grounding-dino-tiny").eval()

image = Image.open("image.jpg").convert("RGB")
inputs = processor(images=image, text="a helmet.", return_tensors="pt")  # lower case, each phrase ends in a dot
with torch.inference_mode():
    outputs = detector(**inputs)
found = processor.post_process_grounded_object_detection(
    outputs, inputs.input_ids, threshold=0.4, target_sizes=[(image.height, image.width)]
)[0]
print(len(found["boxes"]), "found; absent" if len(found["boxes"]) == 0 else "found")
""",
)

BOXES = Alternative(
    "boxes",
    "a detector, and the geometry of its boxes",
    "IDEA-Research/grounding-dino-tiny",
    "Apache-2.0",
    _TRANSFORMERS,
    "spatial_models",
    '''\
import torch
from PIL import Image
from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor

processor = AutoProcessor.from_pretrained("IDEA-Research/grounding-dino-tiny")
detector = AutoModelForZeroShotObjectDetection.from_pretrained("IDEA-Research/grounding-dino-tiny").eval()
image = Image.open("image.jpg").convert("RGB")


def best_box(name: str) -> list[float] | None:
    """The likeliest box of a thing as left, top, right, bottom in pixels; None if there is none."""
    inputs = processor(images=image, text=f"{name}.", return_tensors="pt")
    with torch.inference_mode():
        outputs = detector(**inputs)
    found = processor.post_process_grounded_object_detection(
        outputs, inputs.input_ids, threshold=0.3, target_sizes=[(image.height, image.width)]
    )[0]
    return found["boxes"][int(found["scores"].argmax())].tolist() if len(found["boxes"]) else None


cat, dog = best_box("a cat"), best_box("a dog")
if cat and dog:
    print("left of" if (cat[0] + cat[2]) / 2 < (dog[0] + dog[2]) / 2 else "right of")
''',
)

CROPS = Alternative(
    "crops",
    "a detector, and CLIP on each crop",
    "facebook/detr-resnet-50",
    "Apache-2.0",
    "pip install torch torchvision transformers pillow timm",
    "compositional_reasoning",
    """\
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForObjectDetection, CLIPModel, CLIPProcessor

finder = AutoImageProcessor.from_pretrained("facebook/detr-resnet-50")
detector = AutoModelForObjectDetection.from_pretrained("facebook/detr-resnet-50").eval()
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()

image = Image.open("image.jpg").convert("RGB")
colours = ["red", "blue", "green", "white", "black"]
with torch.inference_mode():
    outputs = detector(**finder(images=image, return_tensors="pt"))
    found = finder.post_process_object_detection(outputs, target_sizes=[(image.height, image.width)], threshold=0.7)[0]
    for label, box in zip(found["labels"], found["boxes"], strict=True):
        name = detector.config.id2label[int(label)]
        texts = [f"a photo of a {colour} {name}" for colour in colours]
        inputs = processor(text=texts, images=image.crop(box.tolist()), return_tensors="pt", padding=True)
        print(name, colours[int(model(**inputs).logits_per_image.argmax())])
""",
)

QUESTIONS = Alternative(
    "questions",
    "BLIP, a model for questions about a picture",
    "Salesforce/blip-vqa-base",
    "BSD-3-Clause",
    _TRANSFORMERS,
    "alternatives",
    """\
import torch
from PIL import Image
from transformers import BlipForQuestionAnswering, BlipProcessor

processor = BlipProcessor.from_pretrained("Salesforce/blip-vqa-base")
model = BlipForQuestionAnswering.from_pretrained("Salesforce/blip-vqa-base").eval()

inputs = processor(Image.open("image.jpg").convert("RGB"), "who is chasing the cat?", return_tensors="pt")
with torch.inference_mode():
    print(processor.decode(model.generate(**inputs, max_new_tokens=10)[0], skip_special_tokens=True))
""",
)

HEAD = Alternative(
    "head",
    "DINOv2 features and the nearest class mean",
    "facebook/dinov2-small",
    "Apache-2.0",
    _TRANSFORMERS,
    "fine_grained_models",
    '''\
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel

processor = AutoImageProcessor.from_pretrained("facebook/dinov2-small")
model = AutoModel.from_pretrained("facebook/dinov2-small").eval()


def embed(paths: list[Path]) -> torch.Tensor:
    """Unit vectors of images, shape (images, 384)."""
    images = [Image.open(path).convert("RGB") for path in paths]
    with torch.inference_mode():
        features = model(**processor(images=images, return_tensors="pt")).pooler_output
    return torch.nn.functional.normalize(features, dim=-1)


classes = sorted(folder for folder in Path("labelled").iterdir() if folder.is_dir())  # one folder of images a class
means = torch.stack([embed(sorted(folder.iterdir())).mean(dim=0) for folder in classes])
print(classes[int((embed([Path("image.jpg")]) @ means.T).argmax())].name)
''',
)

FACES = Alternative(
    "faces",
    "ArcFace embeddings by insightface",
    None,
    "MIT (code); the ready-made weights are for non-commercial research",
    "pip install insightface onnxruntime opencv-python-headless",
    "fine_grained_models",
    """\
import cv2
from insightface.app import FaceAnalysis

analysis = FaceAnalysis(name="buffalo_l")
analysis.prepare(ctx_id=-1)  # -1: on the CPU

known = analysis.get(cv2.imread("known.jpg"))[0].normed_embedding
for face in analysis.get(cv2.imread("image.jpg")):
    print(float(face.normed_embedding @ known))  # calibrate the threshold on faces of your own
""",
)

READER = Alternative(
    "reader",
    "EasyOCR, a reader of text in scenes",
    None,
    "Apache-2.0",
    "pip install easyocr",
    "alternatives",
    """\
import easyocr

reader = easyocr.Reader(["en"])
for _, text, confidence in reader.readtext("image.jpg"):
    print(f"{confidence:.2f} {text}")
""",
)

MULTILINGUAL = Alternative(
    "multilingual",
    "SigLIP 2, trained on many languages",
    "google/siglip2-base-patch16-224",
    "Apache-2.0",
    _TRANSFORMERS + " sentencepiece",
    "prompting",
    """\
import torch
from PIL import Image
from transformers import AutoModel, AutoProcessor

processor = AutoProcessor.from_pretrained("google/siglip2-base-patch16-224")
model = AutoModel.from_pretrained("google/siglip2-base-patch16-224").eval()

texts = ["ein Hund auf der Wiese", "eine Katze auf dem Sofa"]
inputs = processor(text=texts, images=Image.open("image.jpg").convert("RGB"), padding="max_length", max_length=64, return_tensors="pt")
with torch.inference_mode():
    print(model(**inputs).logits_per_image.sigmoid())
""",
)

MEDICAL = Alternative(
    "medical",
    "BiomedCLIP, trained on figures of medical articles; have it validated",
    "microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224",
    "MIT",
    "pip install torch open_clip_torch transformers pillow",
    "fine_grained_models",
    """\
import open_clip
import torch
from PIL import Image

name = "microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224"
model, preprocess = open_clip.create_model_from_pretrained(f"hf-hub:{name}")
model = model.eval()
tokenizer = open_clip.get_tokenizer(f"hf-hub:{name}")

labels = ["pneumonia", "a healthy lung"]
image = preprocess(Image.open("image.jpg").convert("RGB")).unsqueeze(0)
with torch.inference_mode():
    pictures = model.encode_image(image, normalize=True)
    texts = model.encode_text(tokenizer([f"this is a photo of {label}" for label in labels]), normalize=True)
    probabilities = (model.logit_scale.exp() * pictures @ texts.T).softmax(dim=-1)
print(dict(zip(labels, probabilities[0].tolist())))
""",
)

SPECIES = Alternative(
    "species",
    "BioCLIP, trained on the tree of life",
    "imageomics/bioclip",
    "MIT",
    "pip install torch open_clip_torch pillow",
    "fine_grained_models",
    """\
import open_clip
import torch
from PIL import Image

name = "imageomics/bioclip"
model, preprocess = open_clip.create_model_from_pretrained(f"hf-hub:{name}")
model = model.eval()
tokenizer = open_clip.get_tokenizer(f"hf-hub:{name}")

labels = ["house sparrow", "tree sparrow"]
image = preprocess(Image.open("image.jpg").convert("RGB")).unsqueeze(0)
with torch.inference_mode():
    pictures = model.encode_image(image, normalize=True)
    texts = model.encode_text(tokenizer([f"a photo of {label}." for label in labels]), normalize=True)
    probabilities = (model.logit_scale.exp() * pictures @ texts.T).softmax(dim=-1)
print(dict(zip(labels, probabilities[0].tolist())))
""",
)

ALTERNATIVES: tuple[Alternative, ...] = (
    DETECTOR, OPEN_DETECTOR, BOXES, CROPS, QUESTIONS, HEAD, FACES, READER, MULTILINGUAL, MEDICAL, SPECIES,
)  # fmt: skip

BY_CODE: dict[str, tuple[Alternative, ...]] = {
    "CLP101": (DETECTOR, OPEN_DETECTOR),
    "CLP102": (BOXES, QUESTIONS),
    "CLP103": (CROPS, QUESTIONS),
    "CLP104": (OPEN_DETECTOR, QUESTIONS),
    "CLP105": (HEAD,),
    "CLP106": (QUESTIONS,),
    "CLP107": (READER,),
    "CLP108": (QUESTIONS,),
    "CLP114": (MULTILINGUAL,),
}
"""What replaces CLIP for each phenomenon, the best first."""

SPECIES_KINDS = frozenset({"bird", "flower", "insect", "mushroom", "plant", "tree", "fish", "snake"})
BY_KIND: dict[str, tuple[Alternative, ...]] = {
    "person": (FACES,),
    "medical": (MEDICAL,),
    "country": (),
    **dict.fromkeys(SPECIES_KINDS, (SPECIES, HEAD)),
}
"""What replaces CLIP for the narrow kinds (CLP105) that have something of their own."""
