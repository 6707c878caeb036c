"""Which language a prompt is in, as far as script and function words tell.

Scripts other than Latin decide at once. In Latin script, two function words of another language with no English ones beside them
are evidence; a single short word is not, so that names and loan words stay English.
"""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.lexicon import sections

_CHINESE = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u3096\u30a1-\u30fa]")),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]")),
    ("zh", _CHINESE),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
)
_LETTER = re.compile(r"[^\W\d_]")

NAMES = {
    "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "ru": "Russian or another language in Cyrillic", "ar": "Arabic", "he": "Hebrew",
    "hi": "Hindi", "bn": "Bengali", "ta": "Tamil", "te": "Telugu", "th": "Thai", "el": "Greek", "ka": "Georgian", "hy": "Armenian",
    "es": "Spanish", "fr": "French", "de": "German", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "pl": "Polish", "tr": "Turkish",
    "cs": "Czech", "hu": "Hungarian", "fi": "Finnish", "da": "Danish", "hr": "Croatian",
    "sv": "Swedish", "id": "Indonesian", "vi": "Vietnamese", "ro": "Romanian",
}  # fmt: skip


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {
        code: frozenset(" ".join(lines).split())
        for code, lines in sections("languages").items()
        if not code.endswith(" frame")
    }


@cache
def _frames() -> dict[str, str]:
    """What a picture is called in other languages, with the first of them."""
    found: dict[str, str] = {}
    for heading, lines in sections("languages").items():
        if heading.endswith(" frame"):
            for word in " ".join(lines).split():
                found.setdefault(word, heading.removesuffix(" frame"))
    return found


def language_of(text: str, words: list[str], tags: str) -> str:
    """The ISO 639 code of a prompt's language; ``en`` unless the text shows another.

    ``words`` and ``tags`` are the prompt as :mod:`clip_lint.language.tagging` split it.
    """
    if not text.isascii():
        letters = len(_LETTER.findall(text))
        for code, script in _SCRIPTS:
            found = len(script.findall(text))
            if found and code == "ja":
                found += len(_CHINESE.findall(text))  # Japanese has both; Chinese has no kana
            if found and found * 3 > letters:
                return code
    opening = 1 if len(words) > 2 and words[0] in _all_function_words() else 0
    if (
        len(words) > 1
        and (framed := _frames().get(words[opening]))
        and not any(letter in _ENGLISH for letter in tags[opening:])
    ):
        best = _latin(words, 0)
        return framed if best == "en" else best
    if len(words) < 2 or len(_all_function_words().intersection(words)) < 2:
        return "en"
    return _latin(words, sum(letter in _ENGLISH for letter in tags))


_ENGLISH = "dob&weFRWp12"


@cache
def _all_function_words() -> frozenset[str]:
    return frozenset().union(*_function_words().values())


_SHARED = frozenset(
    [
        "am",
        "as",
        "de",
        "den",
        "des",
        "die",
        "do",
        "dos",
        "e",
        "i",
        "le",
        "met",
        "no",
        "o",
        "per",
        "pour",
        "sin",
        "son",
        "van",
        "von",
        "y",
    ]
)
"""Function words that are English words too, or stand in formulas and names: alone they show no other language."""


def _latin(words: list[str], english: int) -> str:
    best, score = "en", 1
    distinct = set(words)
    for code, known in _function_words().items():
        found = distinct & known
        if len(found) > score and len(found) > english and not found <= _SHARED:
            best, score = code, len(found)
    return best
