"""The helpers that scaffolds write: typed, documented, and run by the tests on tiny models."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COCO_NAMES = (
    "person bicycle car motorcycle airplane bus train truck boat traffic_light fire_hydrant stop_sign parking_meter bench bird"
    " cat dog horse sheep cow elephant bear zebra giraffe backpack umbrella handbag tie suitcase frisbee skis snowboard"
    " sports_ball kite baseball_bat baseball_glove skateboard surfboard tennis_racket bottle wine_glass cup fork knife spoon"
    " bowl banana apple sandwich orange broccoli carrot hot_dog pizza donut cake chair couch potted_plant bed dining_table"
    " toilet tv laptop mouse remote keyboard cell_phone microwave oven toaster sink refrigerator book clock vase scissors"
    " teddy_bear hair_drier toothbrush"
)

COCO: Mapping[str, str] = MappingProxyType(
    {name.replace("_", " "): name.replace("_", " ") for name in _COCO_NAMES.split()}
    | {
        "people": "person", "man": "person", "woman": "person", "child": "person", "bike": "bicycle", "plane": "airplane",
        "sofa": "couch", "television": "tv", "phone": "cell phone", "fridge": "refrigerator", "table": "dining table",
        "motorbike": "motorcycle", "mug": "cup", "plant": "potted plant",
    }
)  # fmt: skip
"""What COCO's 80 classes are called, by these names and some everyday ones."""

_FIND = '''@lru_cache(maxsize=1)
def object_detector() -> tuple[Any, Any]:
    """A detector for COCO's 80 classes and its image processor, loaded once."""
    name = "facebook/detr-resnet-50"
    return AutoModelForObjectDetection.from_pretrained(name).eval(), AutoImageProcessor.from_pretrained(name)


def find_objects(image: Any, threshold: float = 0.7) -> list[tuple[str, list[float]]]:
    """Class and box (left, top, right, bottom in pixels) of each object in a picture; choose the threshold on your own images."""
    detector, processor = object_detector()
    picture = load_image(image)
    with torch.inference_mode():
        outputs = detector(**processor(images=picture, return_tensors="pt"))
    found = processor.post_process_object_detection(
        outputs, threshold=threshold, target_sizes=[(picture.height, picture.width)]
    )[0]
    names = [detector.config.id2label[int(label)] for label in found["labels"]]
    return list(zip(names, found["boxes"].tolist()))
'''

_COUNT = '''def count_scores(image: Any, counts: list[tuple[str, int]]) -> torch.Tensor:
    """How well each number of objects fits, shape (1, counts): 0 where it is right, lower the farther it is off."""
    found = [name for name, _ in find_objects(image)]
    return torch.tensor([[-float(abs(found.count(name) - number)) for name, number in counts]])
'''

_RELATION = '''def relation_scores(image: Any, relations: list[tuple[str, str, str]]) -> torch.Tensor:
    """Whether each (subject, relation, object) holds between two boxes, shape (1, relations): 1 or 0."""

    def holds(one: list[float], relation: str, other: list[float]) -> bool:
        x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
        center_x, center_y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
        return {
            "left": x < center_x,
            "right": x > center_x,
            "above": y < center_y,
            "below": y > center_y,
            "inside": one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3],
            "overlapping": one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3],
        }[relation]

    found = find_objects(image)
    return torch.tensor(
        [
            [
                float(
                    any(
                        holds(one, relation, other)
                        for name, one in found
                        for other_name, other in found
                        if name == subject and other_name == target and one is not other
                    )
                )
                for subject, relation, target in relations
            ]
        ]
    )
'''

_BINDING = '''def binding_scores(image: Any, labels: list[dict[str, str]], model: Any, processor: Any) -> torch.Tensor:
    """How well each label's properties (thing -> property) fit the crops of those things, shape (1, labels), 0 to 1."""
    picture = load_image(image)
    found = find_objects(picture)
    scores = []
    for label in labels:
        shares = []
        for thing, wanted in label.items():
            choices = sorted({choice for other in labels for choice in other.values()})
            crops = [picture.crop(box) for name, box in found if name == thing]
            if not crops:
                shares.append(0.0)
                continue
            texts = [f"a photo of a {choice} {thing}" for choice in choices]
            inputs = processor(text=texts, images=crops, return_tensors="pt", padding=True, truncation=True)
            with torch.inference_mode():
                fits = model(**inputs).logits_per_image.softmax(dim=-1)
            shares.append(fits[:, choices.index(wanted)].max().item())
        scores.append(sum(shares) / len(shares))
    return torch.tensor([scores])
'''

_PRESENCE = '''@lru_cache(maxsize=1)
def phrase_detector() -> tuple[Any, Any]:
    """A detector for anything that has a name, and its processor, loaded once."""
    name = "IDEA-Research/grounding-dino-tiny"
    return AutoModelForZeroShotObjectDetection.from_pretrained(name).eval(), AutoProcessor.from_pretrained(name)


def presence_scores(image: Any, labels: list[tuple[str, bool]], threshold: float = 0.4) -> torch.Tensor:
    """Whether each thing is there, or absent where that is the label, shape (1, labels): 1 or 0."""
    detector, processor = phrase_detector()
    picture = load_image(image)
    scores = []
    for thing, is_wanted in labels:
        inputs = processor(images=picture, text=f"{thing.lower()}.", return_tensors="pt")
        with torch.inference_mode():
            outputs = detector(**inputs)
        found = processor.post_process_grounded_object_detection(
            outputs, inputs.input_ids, threshold=threshold, target_sizes=[(picture.height, picture.width)]
        )[0]
        scores.append(float((len(found["boxes"]) > 0) == is_wanted))
    return torch.tensor([scores])
'''

_KIND = '''@lru_cache(maxsize=1)
def feature_model() -> tuple[Any, Any]:
    """DINOv2 and its image processor, loaded once."""
    name = "facebook/dinov2-small"
    return AutoModel.from_pretrained(name).eval(), AutoImageProcessor.from_pretrained(name)


def visual_features(images: list[Any]) -> torch.Tensor:
    """Features of length one, shape (images, width)."""
    model, processor = feature_model()
    with torch.inference_mode():
        inputs = processor(images=[load_image(image) for image in images], return_tensors="pt")
        return torch.nn.functional.normalize(model(**inputs).pooler_output, dim=-1)


def kind_scores(image: Any, labels: list[str], examples: str = "examples") -> torch.Tensor:
    """Cosines with the mean of each class, shape (1, labels); a few pictures of each lie in the folder examples/LABEL."""
    means = []
    for label in labels:
        pictures = sorted(str(path) for path in (Path(examples) / label).glob("*.*"))
        if not pictures:
            raise FileNotFoundError(f"put a few pictures of {label!r} into {Path(examples) / label}")
        means.append(visual_features(pictures).mean(dim=0))
    return visual_features([image]) @ torch.nn.functional.normalize(torch.stack(means), dim=-1).T
'''

RANK = '''def rank_labels(labels: list[str], scores: torch.Tensor) -> list[dict[str, Any]]:
    """Labels with their scores of shape (1, labels), the best first, as the zero-shot pipeline gives them."""
    rows = [{"label": label, "score": score} for label, score in zip(labels, scores[0].tolist())]
    return sorted(rows, key=lambda row: -row["score"])
'''

HELPERS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "find_objects": (_FIND, ()),
        "count_scores": (_COUNT, ("find_objects",)),
        "relation_scores": (_RELATION, ("find_objects",)),
        "binding_scores": (_BINDING, ("find_objects",)),
        "presence_scores": (_PRESENCE, ()),
        "kind_scores": (_KIND, ()),
    }
)
"""The text of each helper, and the helpers it calls."""

_BASE = (
    ("torch", ()),
    ("typing", ("Any",)),
    ("functools", ("lru_cache",)),
    ("transformers.image_utils", ("load_image",)),
)

IMPORTS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "find_objects": (*_BASE, ("transformers", ("AutoImageProcessor", "AutoModelForObjectDetection"))),
        "presence_scores": (
            *_BASE,
            ("transformers", ("AutoModelForZeroShotObjectDetection", "AutoProcessor")),
        ),
        "kind_scores": (
            *_BASE,
            ("transformers", ("AutoImageProcessor", "AutoModel")),
            ("pathlib", ("Path",)),
        ),
    }
)
"""What each helper imports: names from a module, or (without names) the module itself."""
