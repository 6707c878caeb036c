"""The funnel's first two sieves: which files are worth reading at all."""

from __future__ import annotations

import ast
import re

_TOKENS = (
    b"clip",
    b"siglip",
    b"owlv",
    b"encode_image",
    b"encode_text",
    b"get_image_features",
    b"get_text_features",
    b"logits_per_",
    b"zero-shot-image",
)

_NARROW = re.compile(
    rb"(?:from|import)[ \t]+(?:open_clip|clip|mobileclip|cn_clip)\b|import[^\n]*\b(?:\w+_)?clip(?:_\w+)?\b"
    rb"|from[ \t]+(?!\.)[\w.]*clip\w*[ \t]+import|from[ \t]+\.\w*(?<!configuration_)(?<!modeling_)(?<!processing_)clip\w*[ \t]+import"
    rb"|(?:CLIP|AltCLIP|ChineseCLIP|Siglip2?|MetaClip2|OwlViT|Owlv2|CLIPSeg|XCLIP)(?:Model|Processor)\b|WithProjection\b"
    rb"|CLIPScore|clip_score|C(?:lip|LIP)\w*Embedding|open_clip|clip\.(?:load|tokenize)|clip-Vi|/[\w.-]*(?:clip|CLIP|siglip|owlv)[\w.-]*[\"']"
    rb"|zero-shot-image-classification|logits_per_(?:image|text)"
)

CHARACTERISTIC = frozenset(
    {
        "encode_image",
        "encode_text",
        "get_image_features",
        "get_text_features",
        "logits_per_image",
        "logits_per_text",
    }
)

_METHODS = tuple(name.encode() for name in sorted(CHARACTERISTIC))

_CLASSES = re.compile(
    r"(?:CLIP|AltCLIP|ChineseCLIP|Siglip2?|MetaClip2|OwlViT|Owlv2|CLIPSeg|XCLIP)(?:Model|Processor)|CLIPScore|clip_score"
    r"|\w*Clip\w*Embedding\w*|\w*CLIPEmbedding\w*"
)
"""Classes that compare images with texts. The text tower alone (CLIPTextModel) mostly conditions a generator."""
_TOWERS = frozenset({"CLIPVisionModelWithProjection", "CLIPTextModelWithProjection"})
"""Projected towers concern us where the file itself loads one; diffusion pipelines get theirs passed in."""
_HELPER = re.compile(
    r"(?:^|.*(?<!grad)(?<!gradient)(?<!norm)(?<!value)(?<!video)(?<!audio)_)clip"
    r"(?:_(?!(?:grad|norm|value|range|by|to|min|max|coord|box|bbox|polygon|segment|path|epsilon|duration|length)).*|$)"
)
"""A function or module of the project's own that says it is about CLIP, not about clipping or film clips."""
_MODEL_INTERNALS = frozenset(
    {"configuration_utils", "modeling_outputs", "modeling_utils", "processing_utils", "pytorch_utils"}
)
"""Imported relatively by the files that implement models in a library's own tree."""
_PART = re.compile(
    r"(?:Config|Output|PreTrainedModel|Tokenizer\w*|ImageProcessor\w*|FeatureExtractor|Layer|Encoder|Attention|MLP|Embeddings"
    r"|TextModel|VisionModel|TextTransformer|VisionTransformer|Pipeline|Loss)$"
)
"""Pieces of a model's own implementation: importing them is building a model, not using one."""
_GENERIC = frozenset(
    {
        "AutoModel",
        "AutoProcessor",
        "AutoModelForZeroShotImageClassification",
        "pipeline",
        "SentenceTransformer",
    }
)
_MODEL_ID = re.compile(
    r"(?i)^[\w.-]+/[\w.-]*(?:clip|siglip|owlv)[\w.-]*$|^clip-ViT|^zero-shot-image-classification$"
)
_PACKAGES = frozenset({"clip", "open_clip", "mobileclip", "cn_clip"})


def may_use_clip(data: bytes) -> bool:
    """Whether the bytes of a file mention anything CLIP-like; decides most files at the speed of a substring search."""
    lowered = data.lower()
    if not any(token in lowered for token in _TOKENS):
        return False
    if _NARROW.search(data) is not None:
        return True
    return any(name in data and b"def " + name + b"(" not in data for name in _METHODS)


def uses_clip(tree: ast.Module) -> bool:
    """Whether a module imports a CLIP library or class, loads a CLIP checkpoint or calls a method only CLIP has."""
    if any(isinstance(node, ast.ImportFrom) and _is_model_internal(node) for node in tree.body):
        return False  # most that mention CLIP in a library of models: no need to look at the rest
    proven = generic = identifier = False
    defined: set[str] = set()
    called: set[str] = set()
    for node in _walk(tree):
        if isinstance(node, ast.Import):
            proven |= any(_names_clip(alias.name) for alias in node.names)
            generic |= any(
                alias.name.split(".")[0] in {"transformers", "sentence_transformers"} for alias in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            if _is_model_internal(node):
                return False
            proven |= _imports_clip(node)
            generic |= any(alias.name in _GENERIC for alias in node.names)
        elif isinstance(node, ast.Attribute):
            proven |= _CLASSES.fullmatch(node.attr) is not None or (
                node.attr == "from_pretrained"
                and isinstance(node.value, ast.Name)
                and node.value.id in _TOWERS
            )
            if node.attr in CHARACTERISTIC:
                called.add(node.attr)
        elif isinstance(node, ast.FunctionDef):
            defined.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 100:
            identifier |= _MODEL_ID.match(node.value) is not None
    # A method of that name which the file defines itself (diffusion pipelines have an `encode_image`) proves nothing.
    return proven or (generic and identifier) or bool(called - defined)


def _is_model_internal(node: ast.ImportFrom) -> bool:
    module = (node.module or "").rpartition(".")[2]
    return node.level >= 2 and module in _MODEL_INTERNALS


def _imports_clip(node: ast.ImportFrom) -> bool:
    if node.module and _names_clip(node.module) and not all(_PART.search(alias.name) for alias in node.names):
        return True
    return any(_CLASSES.fullmatch(alias.name) or _HELPER.fullmatch(alias.name) for alias in node.names)


def _names_clip(module: str) -> bool:
    return any("clip" in part.lower() for part in module.split("."))


def _walk(tree: ast.Module) -> list[ast.AST]:
    """Every node, found with an explicit stack: deep expressions must not exhaust the interpreter's."""
    stack: list[ast.AST] = [tree]
    found = []
    while stack:
        node = stack.pop()
        found.append(node)
        for name in node._fields:  # half the time of `ast.iter_child_nodes`
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                stack.append(value)
            elif isinstance(value, list):
                stack += [item for item in value if isinstance(item, ast.AST)]
    return found
