"""What a checkpoint's text tower reads: how many tokens, and which languages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint

_LONG = re.compile(r"long-?clip|jina|nomic|tulip|llm2clip|fg-?clip|dreamlip", re.IGNORECASE)
_LENGTHS = (
    (re.compile(r"pe-(?:core-)?bigg", re.IGNORECASE), 72),
    (re.compile(r"clipa|pe-core|pecore|\bpe-[bslt]", re.IGNORECASE), 32),
    (re.compile(r"siglip", re.IGNORECASE), 64),
    (re.compile(r"coca", re.IGNORECASE), 76),
)
_FAMILY_LENGTHS = {
    "clip": 77,
    "siglip": 64,
    "siglip2": 64,
    "coca": 76,
    "metaclip2": 77,
    "altclip": 77,
    "owlvit": 16,
    "owlv2": 16,
}

_EVERY = frozenset({"*"})
_ENGLISH = frozenset({"en"})
_FAMILY_LANGUAGES = {
    "chinese-clip": frozenset({"zh", "ja"}), "altclip": frozenset({"en", "zh", "ja"}), "siglip2": _EVERY, "metaclip2": _EVERY,
}  # fmt: skip
_LANGUAGES = (
    (re.compile(r"multilingual|xlm|nllb|i18n|siglip-?2|metaclip-?2|worldwide|jina-clip-v2|m-?clip-|altclip-m|mexma|laion5b|gme-|qwen",
                re.IGNORECASE), _EVERY),
    (re.compile(r"chinese|taiyi|cn[-_]?clip|r2d2", re.IGNORECASE), frozenset({"zh", "ja"})),
    (re.compile(r"japanese|ja-clip|-ja\b", re.IGNORECASE), frozenset({"ja", "zh"})),
    (re.compile(r"altclip", re.IGNORECASE), frozenset({"en", "zh", "ja"})),
    (re.compile(r"ruclip|ru-clip", re.IGNORECASE), frozenset({"ru"})),
    (re.compile(r"koclip|ko-clip|korean", re.IGNORECASE), frozenset({"ko", "en"})),
    (re.compile(r"italian", re.IGNORECASE), frozenset({"it"})),
    (re.compile(r"german|deutsch", re.IGNORECASE), frozenset({"de", "en"})),
    (re.compile(r"french|francais", re.IGNORECASE), frozenset({"fr", "en"})),
    (re.compile(r"spanish|portuguese|capivara|arabic|araclip|turkish|persian|hindi|vietnamese|indonesian|polish", re.IGNORECASE), _EVERY),
)  # fmt: skip
_KNOWN_ENGLISH = re.compile(
    r"openai|vit-[blhg]|rn50|rn101|laion|datacomp|dfn|metaclip|siglip|convnext|eva|coca|clipa|mobileclip|fashion|biomed|clip-vit",
    re.IGNORECASE,
)
_MEDICAL = re.compile(r"biomed|pubmed|medclip|medsiglip|plip|conch|quilt|chexzero|cxr|xray|radiolog|musk|monet|keep|derm|patho|unimed",
                      re.IGNORECASE)  # fmt: skip
_SPECIES = re.compile(r"bioclip|biotrove|taxabind", re.IGNORECASE)
_DOMAINS = {
    "medical": _MEDICAL,
    "bird": _SPECIES,
    "flower": _SPECIES,
    "insect": _SPECIES,
    "mushroom": _SPECIES,
    "plant": _SPECIES,
}


@lru_cache(maxsize=128)
def context_length(checkpoint: Checkpoint | None) -> int | None:
    """How many tokens the text tower reads, start and end included; None if not known. CLIP's 77 where nothing is named."""
    if checkpoint is None or (checkpoint.name is None and checkpoint.family is None):
        return 77
    name = checkpoint.name or ""
    if _LONG.search(name):
        return None
    if name == "ViT-SO400M-14-SigLIP":
        return 16
    for pattern, length in _LENGTHS:
        if pattern.search(name):
            return length
    if checkpoint.family is None:
        return 77
    return _FAMILY_LENGTHS.get(checkpoint.family)


@lru_cache(maxsize=128)
def languages(checkpoint: Checkpoint | None) -> frozenset[str] | None:
    """ISO 639 codes of the languages a checkpoint reads, ``*`` for many; None if not known."""
    if checkpoint is None:
        return None
    if checkpoint.family in _FAMILY_LANGUAGES:
        return _FAMILY_LANGUAGES[checkpoint.family]
    name = f"{checkpoint.name or ''} {checkpoint.tag or ''}"
    for pattern, known in _LANGUAGES:
        if pattern.search(name):
            return known
    if checkpoint.library == "clip" or _KNOWN_ENGLISH.search(name):
        return _ENGLISH
    return None


def is_made_for(kind: str, checkpoint: Checkpoint | None) -> bool:
    """Whether a checkpoint was trained on a narrow kind, such as BioCLIP on species."""
    pattern = _DOMAINS.get(kind)
    return (
        pattern is not None and checkpoint is not None and pattern.search(checkpoint.name or "") is not None
    )
