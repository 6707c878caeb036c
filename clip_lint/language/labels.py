"""Labels as labels: catch-alls, dataset keys and things that cannot be seen."""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.lexicon import listed, sections
from clip_lint.language.tagging import tag

_SNAKE = re.compile(r"(?<![\w/.<{])[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+(?![\w.>}(])")
_WORDNET = re.compile(r"(?<!\w)n\d{8}(?!\w)")
_CAMEL = re.compile(r"(?<![\w.])[a-z]{2,}(?:[A-Z][a-z]+)+(?!\w)")
_PATH = re.compile(
    r"(?<![\w./:])[A-Z][\w-]*(?:[/\\][A-Z][\w-]*)+(?![\w./])|(?<![\w./:])\w[\w-]*(?:/\w[\w-]*){2,}(?![\w./])"
)
_DATE = re.compile(r"\d+(?:/\d+)+|[\d/]+")
_PURPOSE = re.compile(r"^search_(?:query|document): ")
"""What the embedders of Nomic want before a text."""
_SPECIAL = re.compile(r"<[^>]*>|\{[^}]*\}|https?://\S+")
_ADAPTER = re.compile(r"(?<![A-Za-z0-9])_?(?:(?:lora|lyco|hypernet)[_:]|embedding:)\S*", re.IGNORECASE)
"""What prompts for pictures to draw call in, also where brackets and colons were lost in the name of a file."""
_OR = re.compile(r"\s*,?\s*\b(?:or|and)\b\s*|\s*[,/]\s*")
_FEW_WORDS = 3
_EXAMPLES = re.compile(
    r"^(?!.*[?])(?:an? |the )[a-z -]+ (?:like|such as|e\.g\.|for example|including) (?:an? |the )?[a-z -]+(?:, [a-z -]+)* or [a-z -]+\.?$"
)
_CHOOSING = frozenset(
    {"is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "would", "will", "must", "has", "have", "whether", "if", "i", "we", "my",
     "our", "me", "it", "you", "they", "please", "need", "want", "how", "which", "what", "who", "where", "when", "why", "not", "either", "label",
     "classify", "sort", "find", "tell", "detect", "check", "decide", "show", "as", "by", "into"}
)  # fmt: skip
_NO_CONTENT = frozenset({"a", "an", "the", "or", "of", "and", "in", "on", "at", "with"})
_ARTICLES = frozenset({"a", "an", "the"})
_LEAST = 5
_CATCH_WORD = listed("labels catch-word")

_LINKING = listed("labels linking")


@cache
def _lists() -> dict[str, frozenset[str]]:
    listed = sections("labels")
    return {
        name: frozenset(" ".join(lines).split())
        if name in ("abstract", "abstract-adjective", "visible-sign", "character", "explicit")
        else frozenset(lines)
        for name, lines in listed.items()
    }


def _plain(label: str) -> str:
    text = " ".join(re.sub(r"[^\w\s/']", " ", label.lower().replace("_", " ")).split())
    return re.sub(r"^(?:an?|the|some|any) ", "", text)


def says_background(label: str) -> bool:
    """Whether a label is the background: a class of many data sets, with pictures of its own, as "other" is hardly ever."""
    return "background" in _plain(label).split()


def is_catch_all(label: str) -> bool:
    """Whether a label, without its template, means "whatever is not in this list"."""
    lists = _lists()
    text = _plain(label)
    if text in lists["catch-all"]:
        return True
    first, _, last = text.rpartition(" ")
    if last in _CATCH_WORD and first in lists["catch-all"]:
        return True
    return len(text.split()) <= 5 and any(
        text.startswith(opening + " ") or text == opening for opening in lists["catch-all start"]
    )


def is_key(label: str) -> str:
    """The first dataset key in a label (``using_laptop``, ``trafficLight``, ``n02084071``); empty if none.

    An adapter that a prompt for a picture to draw calls in is none. A path (``Fruit/Apple``) is a key where it is the whole label: in a longer one the stroke means "or".
    """
    text = _SPECIAL.sub(" ", _PURPOSE.sub("", label))
    text = text if _ADAPTER.fullmatch(text.strip()) else _ADAPTER.sub(" ", text)
    if (
        "_" not in text
        and "/" not in text
        and "\\" not in text
        and text.islower()
        and not any(map(str.isdigit, text))
    ):
        return ""
    for pattern in (_WORDNET, _SNAKE, _PATH, _CAMEL):
        match = pattern.fullmatch(text.strip()) if pattern is _PATH else pattern.search(text)
        if match and not _DATE.fullmatch(match.group()):
            return match.group()
    return ""


def words_of(key: str) -> str:
    """The words of a dataset key: ``traffic light`` for ``trafficLight`` and ``traffic/light``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_/\\]+", " ", key)
    return " ".join(words.split()).lower()


def is_name(label: str) -> bool:
    """Whether `or` stands between names of one thing, and asks for no choice."""
    return is_explicit(label) or gives_examples(label) or joins_names(label)


def is_explicit(label: str) -> bool:
    """Whether a label is one of what moderators look for, under several names: nudity or adult content, blood, gore or violence."""
    pieces = [piece.split() for piece in _OR.split(label.lower().strip(" .")) if piece.strip()]
    return len(pieces) > 1 and all(
        len(words) <= _FEW_WORDS and any(word in _lists()["explicit"] for word in words) for words in pieces
    )


def joins_names(label: str) -> bool:
    """Whether a caption gives a thing several names: an unpaved road or gravel trail on the ground; not a choice, smoke or steam, or a question."""
    words = label.lower().replace(",", " ").strip(" .").split()
    if "or" not in words or "?" in label or not _CHOOSING.isdisjoint(words):
        return False
    said = [word for word in words if word not in _NO_CONTENT]
    return words[0] in _ARTICLES and len(said) == len(set(said)) and len(words) >= _LEAST


def gives_examples(label: str) -> bool:
    """Whether the names that `or` stands between are examples of what is named before: an appliance like a toaster or kettle."""
    return _EXAMPLES.search(label.lower()) is not None


def is_abstract(label: str) -> str:
    """The word in a short label that names nothing visible (``a trustworthy person``, ``price``); empty if none."""
    words = " ".join(tag(label).words).split()
    if len(words) > 6:
        return ""
    lists = _lists()
    for word in words:
        if word in lists["character"]:
            return word
    content = [
        word
        for word in words
        if word.isalpha() and word not in ("a", "an", "the", "of", "high", "low", "very")
    ]
    if not content or not lists["visible-sign"].isdisjoint(words):
        return ""
    if content[-1] in lists["abstract"] and _LINKING.isdisjoint(words):
        return content[-1]
    if content[0] in lists["abstract-adjective"] or (
        content[0] in lists["abstract"] and not {"of", "to"}.isdisjoint(words)
    ):
        return content[0]
    return ""
