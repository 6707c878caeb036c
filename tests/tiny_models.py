"""Tiny random-weight checkpoints in folders named like the real ones, so that real programs run offline.

`from_pretrained("openai/clip-vit-base-patch32")` loads a folder of that name below the current one before it looks
anywhere else. So a test that builds checkpoints below a temporary folder and runs a program there exercises the
program's own calls - model classes, processors, pipelines, post-processing - with nothing patched and no network.
The weights are random (seeded), the tokenizers are real ones over a little vocabulary, and the detectors' class heads
are sharpened so that they report objects at usual thresholds.
"""

from __future__ import annotations

import importlib
import random
import string
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def _library(name: str) -> Any:
    """A heavy library, imported when something is first built; its types differ from version to version."""
    return importlib.import_module(name)


WORDS = tuple(
    "a an and at bicycle bird blue bus car cat cube dog drawing drill field fruit green hammer hat horse in is left "  # noqa: SIM905
    "living many of on open person photo picture plane rabbit red right road room sea shop sofa street the this to "
    "tree truck two what where white who with yellow".split()
)
"""Words that the little tokenizers know whole; others fall into letters."""

OBJECTS = ("person", "car", "truck", "cat", "dog", "bicycle")
"""The classes of the tiny closed-vocabulary detectors."""

_WIDTH = 16
_HEADS = 2
_VISION = {
    "hidden_size": _WIDTH,
    "intermediate_size": 2 * _WIDTH,
    "num_hidden_layers": 1,
    "num_attention_heads": _HEADS,
    "image_size": 32,
    "patch_size": 8,
}
_TEXT = {
    "hidden_size": _WIDTH,
    "intermediate_size": 2 * _WIDTH,
    "num_hidden_layers": 1,
    "num_attention_heads": _HEADS,
}
_SQUARE = {"height": 32, "width": 32}


def clip_tokenizer() -> Any:
    """CLIP's byte-pair tokenizer over letters, digits, marks and `WORDS`, 77 tokens long."""
    transformers = _library("transformers")
    letters = string.ascii_lowercase + string.digits + string.punctuation
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            if (parts[0], parts[1]) not in merges:
                merges.append((parts[0], parts[1]))
            parts = [parts[0] + parts[1], *parts[2:]]
    pieces = [*letters, *(letter + "</w>" for letter in letters), *(one + two for one, two in merges)]
    pieces = [*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return transformers.CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77)


def bert_tokenizer() -> Any:
    """BERT's word-piece tokenizer over letters, digits, marks and `WORDS`."""
    transformers = _library("transformers")
    letters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]"]
    pieces += [*WORDS, *letters, *("##" + letter for letter in letters)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    return transformers.BertTokenizer(vocab=vocabulary, model_max_length=256)


def siglip_tokenizer() -> Any:
    """A word-level tokenizer with SigLIP's habits: the text ends with its end token and is padded with it, 64 long."""
    tokenizers = _library("tokenizers")
    transformers = _library("transformers")
    special = {"unk_token": "<unk>", "eos_token": "</s>", "pad_token": "</s>"}
    vocabulary = {piece: number for number, piece in enumerate(["<unk>", "</s>", ".", *WORDS])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token=special["unk_token"]))
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special)


def _save(folder: Path, *parts: Any) -> None:
    for part in parts:
        part.save_pretrained(folder)


def _sharpen(model: Any, head: Any, queries: Any) -> None:
    """Make a random detector find something: queries that differ, a class each, hardly ever "no object"."""
    torch = _library("torch")

    seen: list[Any] = []
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.mul_(10.0)
        torch.nn.init.normal_(queries, std=3.0)
        hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        model.eval()(torch.rand(1, 3, 64, 96))
        hook.remove()
        features = seen[0].reshape(-1, seen[0].shape[-1])
        head.weight.mul_(60.0 / head.weight.norm(dim=-1, keepdim=True))
        head.weight.div_(features.std(dim=0) + 1e-6)
        head.bias.copy_(-(head.weight @ features.mean(dim=0)))
        head.bias[-1] = -1e6


def _clip(folder: Path) -> None:
    transformers = _library("transformers")
    tokenizer = clip_tokenizer()
    config = transformers.CLIPConfig(
        text_config=_TEXT
        | {
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 77,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
        vision_config=_VISION,
        projection_dim=_WIDTH,
    )
    images = transformers.CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=_SQUARE)
    _save(folder, transformers.CLIPModel(config), transformers.CLIPProcessor(images, tokenizer))


def _siglip(folder: Path) -> None:
    transformers = _library("transformers")
    tokenizer = siglip_tokenizer()
    text = _TEXT | {
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 64,
        "projection_size": _WIDTH,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 1,
    }
    config = transformers.SiglipConfig(text_config=text, vision_config=_VISION)
    _save(
        folder,
        transformers.SiglipModel(config),
        transformers.SiglipProcessor(transformers.SiglipImageProcessorPil(size=_SQUARE), tokenizer),
    )


def _dinov2(folder: Path) -> None:
    transformers = _library("transformers")
    config = transformers.Dinov2Config(
        hidden_size=_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=_HEADS,
        mlp_ratio=2,
        image_size=32,
        patch_size=8,
    )
    images = transformers.BitImageProcessorPil(size={"shortest_edge": 32}, crop_size=_SQUARE)
    _save(folder, transformers.Dinov2Model(config), images)


def _labels() -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(OBJECTS)),
        "label2id": {name: number for number, name in enumerate(OBJECTS)},
    }


def _detr(folder: Path) -> None:
    transformers = _library("transformers")
    backbone = transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], out_features=["stage4"]
    )
    config = transformers.DetrConfig(
        use_timm_backbone=False,
        use_pretrained_backbone=False,
        backbone=None,
        backbone_config=backbone,
        d_model=_WIDTH,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=_HEADS,
        decoder_attention_heads=_HEADS,
        encoder_ffn_dim=_WIDTH,
        decoder_ffn_dim=_WIDTH,
        num_queries=24,
        **_labels(),
    )
    model = transformers.DetrForObjectDetection(config)
    _sharpen(model, model.class_labels_classifier, model.model.query_position_embeddings.weight)
    _save(folder, model, transformers.DetrImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96}))


def _yolos(folder: Path) -> None:
    transformers = _library("transformers")
    config = transformers.YolosConfig(
        hidden_size=_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=_HEADS,
        intermediate_size=2 * _WIDTH,
        image_size=[64, 64],
        patch_size=16,
        num_detection_tokens=24,
        **_labels(),
    )
    model = transformers.YolosForObjectDetection(config)
    _sharpen(model, model.class_labels_classifier.layers[-1], model.vit.embeddings.detection_tokens)
    _save(folder, model, transformers.YolosImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96}))


def _grounding_dino(folder: Path) -> None:
    transformers = _library("transformers")

    tokenizer = bert_tokenizer()
    config = transformers.GroundingDinoConfig(
        backbone_config={
            "model_type": "swin",
            "image_size": 64,
            "embed_dim": 8,
            "depths": [1, 1, 1, 1],
            "num_heads": [1, 1, 2, 2],
            "window_size": 2,
            "out_features": ["stage2", "stage3", "stage4"],
        },
        text_config={
            "model_type": "bert",
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 256,
            **_TEXT,
        },
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=_HEADS,
        decoder_attention_heads=_HEADS,
        encoder_ffn_dim=2 * _WIDTH,
        decoder_ffn_dim=2 * _WIDTH,
        num_queries=24,
    )
    images = transformers.GroundingDinoImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96})
    _save(
        folder,
        transformers.GroundingDinoForObjectDetection(config),
        transformers.GroundingDinoProcessor(images, tokenizer),
    )


def _blip_vqa(folder: Path) -> None:
    transformers = _library("transformers")
    tokenizer = bert_tokenizer()
    text = _TEXT | {
        "vocab_size": len(tokenizer),
        "encoder_hidden_size": _WIDTH,
        "max_position_embeddings": 256,
        "bos_token_id": tokenizer.convert_tokens_to_ids("[DEC]"),
        "eos_token_id": tokenizer.sep_token_id,
        "sep_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    config = transformers.BlipConfig(text_config=text, vision_config=_VISION, projection_dim=_WIDTH)
    model = transformers.BlipForQuestionAnswering(config)
    model.generation_config.max_length = 12
    _save(
        folder, model, transformers.BlipProcessor(transformers.BlipImageProcessorPil(size=_SQUARE), tokenizer)
    )


def _depth_anything(folder: Path) -> None:
    transformers = _library("transformers")
    backbone = {
        "model_type": "dinov2",
        "hidden_size": _WIDTH,
        "num_hidden_layers": 4,
        "num_attention_heads": _HEADS,
        "image_size": 56,
        "patch_size": 14,
        "out_features": ["stage1", "stage2", "stage3", "stage4"],
        "reshape_hidden_states": False,
    }
    config = transformers.DepthAnythingConfig(
        backbone_config=backbone,
        patch_size=14,
        reassemble_hidden_size=_WIDTH,
        reassemble_factors=[4, 2, 1, 0.5],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        head_hidden_size=8,
    )
    images = transformers.DPTImageProcessorPil(size={"height": 56, "width": 56}, ensure_multiple_of=14)
    _save(folder, transformers.DepthAnythingForDepthEstimation(config), images)


CHECKPOINTS: Mapping[str, Callable[[Path], None]] = MappingProxyType(
    {
        "openai/clip-vit-base-patch32": _clip,
        "openai/clip-vit-large-patch14": _clip,
        "google/siglip-base-patch16-224": _siglip,
        "google/siglip2-base-patch16-224": _siglip,
        "facebook/dinov2-small": _dinov2,
        "facebook/detr-resnet-50": _detr,
        "hustvl/yolos-tiny": _yolos,
        "IDEA-Research/grounding-dino-tiny": _grounding_dino,
        "Salesforce/blip-vqa-base": _blip_vqa,
        "depth-anything/Depth-Anything-V2-Small-hf": _depth_anything,
    }
)
"""Builders of tiny stand-ins by the real checkpoint's name."""


def build(checkpoint: str, below: Path) -> Path:
    """Write a tiny stand-in for ``checkpoint`` into the folder of its name under ``below``; the same every time."""
    torch = _library("torch")

    folder = below / checkpoint
    if not folder.exists():
        with torch.random.fork_rng():
            torch.manual_seed(0)
            CHECKPOINTS[checkpoint](folder)
    return folder


def draw(file: Path, seed: int = 0, size: tuple[int, int] = (96, 64)) -> None:
    """Write a small picture of some coloured boxes, the same for the same ``seed``."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only tests that draw pay for it

    chosen = random.Random(seed)  # noqa: S311 - reproducible colours, no secrets
    picture = Image.new("RGB", size, tuple(chosen.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(4):
        left, top = chosen.randrange(size[0] - 12), chosen.randrange(size[1] - 12)
        box = (left, top, left + chosen.randrange(8, 40), top + chosen.randrange(8, 30))
        pen.rectangle(box, fill=tuple(chosen.randrange(256) for _ in range(3)))
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file)
