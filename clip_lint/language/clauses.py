"""The clause of a request that says what is wanted, without what stands around it.

Left out are what leads up to the clause (`from a photo of a plate,`, `when a visitor points the phone at it,`), who wants it
(`a buyer should be able to`), the tool (`with CLIP`, `through text prompts`), and what it is for (`so that ...`, `because ...`).
What must be done to a thing (`scans of maps must be held back`) is brought into the order of a command.
"""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.cores import core_of, without_idle
from clip_lint.language.lexicon import sections

_WORDS = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE = re.compile(
    r"(?:[;:.?!]|\s[-\u2013\u2014])(?:\s+|$)|,\s+(?:and|but|so)\s+(?=(?:I|we|you|it|they|the|my|our|can|could|will|would|one|this|that)\b)"
)
_COMMA = re.compile(r",\s+")
_SHORT = re.compile(r"\be\.g\.|\bi\.e\.", re.IGNORECASE)
_FILLERS = re.compile(
    r",? (?:say|for instance|for example|of course|however|too|if possible|please|perhaps|for now),",
    re.IGNORECASE,
)
"""What is put between commas and says nothing."""
_TOOL = re.compile(
    r"(?<!\S)(?:using|with|via|through|by|from|on|in)(?: (?:only|just|a|an|the|our|plain|simple|zero-shot|pretrained|off-the-shelf|vanilla|nothing but|help of|of))*"
    r" (?:\w*clip\b(?! art)|siglip|embeddings?|text prompts?|prompts?|cosine similarity|zero-shot|image-text models?|vision-language models?|plain english|free text)"
    r"(?: (?:embeddings?|scores?|features?|alone|only|similarity|models?|classification|prompts?))*(?!\S)"
)
_PURPOSE = re.compile(
    r" (?:so that|in order to|because|so (?:i|we|it|they|people|users|my|our|the)|instead of|rather than|since|although|even though|as opposed to"
    r"|for example|for instance|no matter|regardless|which would|that would|to make (?:it|them)|by (?:typing|uploading|describing|matching|asking|comparing|using)"
    r"|without (?:having|needing|training|a|any) (?:training|labels?|classifier|model|to|retraining))(?!\S)"
)
_WARNED = frozenset({"warned", "told", "alerted", "notified", "informed", "pinged", "reminded"})
_SYSTEMS = (
    r"(?:(?:a|an|the|this|that|our|my|some|such|any|zero-shot|pretrained|pre-trained|plain|vanilla|image-text|vision-language|foundation|same) ){0,3}"
    r"(?:models?|\w*clip|siglip|embeddings?|app|tool|camera|doorbell|bot|system|network|encoder|approach|method|library|similarity|classifier|search|it|this|that|they|one|we|i|you)"
)
_FIT = r"(?:good|able|capable|suitable|precise|accurate|strong|smart|fit|reliable|useful|usable|suited|used|enough|allowed|trusted|feasible|ok|okay|work|works|help|suffice|manage|know how|learn|handle)"
_ADVERBS = r"(?:any|also|really|even|still|actually|ever|reliably|already|automatically|only|just|now|then|first|please|kindly|always|never|be)"
_MODAL = (
    r"(?:should|must|shall|ought to|has to|have to|needs? to|wants?(?: \S+){0,2} to|wish(?:es)? to|would (?:like|love|prefer)(?: \S+){0,2}? to|hopes? to|plans? to|(?:try|trying|tries) to"
    r"|(?:is|are|am) (?:supposed|expected|required|meant|asked|trying|able|looking|hoping) to|like to|'d like to)"
)
_LEADS = (
    re.compile(
        rf"(?:so|and|but|to|for|in|at|of|how to|any way to|is there any way to|is it possible to|{_ADVERBS}|me|us|whether it is possible to)(?!\S)"
    ),
    re.compile(
        r"(?:do not|don't|never|what (?:i|we|you|they) (?:need|want|would like|are after|am after|look for) is|(?:much )?rather|use (?:\S+ ){1,8}?to(?= (?:find|search|sort|tell|group|rank|filter|label|tag|decide|check|classify|retrieve|get|look|recognise|recognize|identify|detect|see|know))|let (?:a|an|the|my|our|your) \S+(?= (?:look|find|search|decide|know|recognise|recognize|tell|see|check|pick|choose|type|browse)))(?!\S)"
    ),
    re.compile(
        rf"(?:would|will|could|can|does|do|did|should|might|may|has|have) (?:{_SYSTEMS} )(?:{_ADVERBS} )*(?:{_FIT} )*(?:(?:to|at|for|of|in|when|with|as) )?"
    ),
    re.compile(
        rf"(?:is|are|was) (?:{_SYSTEMS} )(?:{_ADVERBS} )*(?:{_FIT} )+(?:(?:to|at|for|of|in|when|with|as) )?"
    ),
)
_SUBJECT = re.compile(
    rf"(?P<subject>(?:\S+ ){{1,12}}?)(?<!not )(?<!n't ){_MODAL} (?:(?!be ){_ADVERBS} )*(?:be able to |know how to )?(?P<rest>.+)"
)
_WANTS = re.compile(
    r"(?:(?:\S+ ){1,10}?)?(?:i|we|you|users|people|customers|one|team|editors?|curators?|moderators?|planners?|\w{3,}ers?|\w{3,}ists?|staff|client|boss|(?:the|our|my) \w+) (?:\w+ly |would |really |just |only |simply )?"
    r"(?:need|needs|want|wants|like|am after|are after|is after|am looking for|are looking for)(?: to (?:have|get|know|see|find))? (?=(?:the|a|an|all|every|any|each|to|pictures|photos|images|how|which|what|whether|shots|frames|only|some|those|near)\b)"
)
_PASSIVE = re.compile(
    r"(?:be )?(?P<verb>\w+(?:ed|en)|held|found|caught|kept|shown|told|sought|read|put|split|cut|set|made)(?P<tail> (?:back|out|apart|up|aside|away|down))?(?P<rest>(?: .*)?)"
)
_WARNS = re.compile(
    r"(?:warn|alert|notify|tell|ping|inform|message|email|call|remind|let)(?: (?:me|us|them|him|her|everyone|somebody|the \S+|my \S+))?(?: know)?$"
)
"""A command that only says whom to warn."""
_CONDITIONS = frozenset({"if", "whether", "when", "whenever", "once", "that"})


@cache
def _side(place: str) -> frozenset[str]:
    return frozenset(" ".join(sections("verbs")[f"side {place}"]).split())


def clauses(said: str) -> list[tuple[str, bool]]:
    """The main clause of each sentence in lower-case words, and whether somebody wants it."""
    made = []
    for sentence in _SENTENCE.split(_FILLERS.sub("", _SHORT.sub("for example", said))):
        main = _main(sentence)
        if main:
            made.append(_without_lead(main))
    return [(clause, wanted) for clause, wanted in made if clause]


def _main(sentence: str) -> str:
    """A sentence without the clauses before and behind the one that says most."""
    pieces = [
        piece
        for each in _COMMA.split(sentence)
        if (piece := " ".join(_WORDS.findall(each.lower().replace("\u2019", "'"))))
    ]
    while len(pieces) > 1 and pieces[0].split(" ", 1)[0] in _side("lead"):
        led = pieces.pop(0)
        if led.startswith(("when ", "if ", "whenever ", "once ")) and _WARNS.match(pieces[0]):
            pieces[0] = f"know {led}"  # when a suitcase stands alone, warn me
    kept = pieces[:1]
    for piece in pieces[1:]:
        if piece.split(" ", 1)[0] in _side("tail"):
            break
        kept.append(piece)
    joined = _PURPOSE.split(_TOOL.sub("", " ".join(kept)), maxsplit=1)[0]
    return " ".join(joined.split())


def _led(words: str) -> tuple[str, bool]:
    """The words without what leads up to them; what is asked under a condition stays a question: check whether a door is open."""
    rest, is_led_up_to = core_of(words)
    last = words[: len(words) - len(rest)].split()[-1:]
    if rest and last and last[0] in _CONDITIONS:
        return f"know {'whether' if last[0] == 'if' else last[0]} {rest}", False
    return rest, is_led_up_to


def _without_lead(main: str) -> tuple[str, bool]:
    rest, is_wanted = _led(main)
    for _ in range(4):
        before = rest
        for lead in _LEADS:
            if (found := lead.match(rest)) is not None:
                is_wanted |= lead not in _LEADS[:2]
                rest = rest[found.end() :].lstrip()
        if (found := _WANTS.match(rest)) is not None:
            is_wanted, rest = True, rest[found.end() :]
        elif (found := _SUBJECT.match(rest)) is not None:
            is_wanted, rest = True, _commanded(found["subject"].strip(), found["rest"])
        rest, led = _led(rest)
        is_wanted |= led
        if rest == before:
            break
    plain = without_idle(rest)
    return (plain if plain.count(" ") > 1 else rest), is_wanted


def _commanded(subject: str, rest: str) -> str:
    """`uploads`, `be held back until ...` -> `held back uploads until ...`."""
    passive = _PASSIVE.fullmatch(rest) if rest.startswith("be ") else None
    if passive is None:
        return rest
    if passive["verb"] in _WARNED:
        return f"know {passive['rest'].strip()}"
    return " ".join(f"{passive['verb']}{passive['tail'] or ''} {subject}{passive['rest']}".split())
