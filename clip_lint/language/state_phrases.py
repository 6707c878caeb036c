"""Phrases that say a state by themselves, as patterns on a caption in lower case, with the theme of each.

Part of the grammar of :mod:`clip_lint.language.states`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_AGE = re.compile(
    r"\d+\+? ?(?:-|\u2013|to|and|or) ?\d+[ -]years?\b|\d+\+?[ -](?:years?|months?|yrs?|yo)[ -](?:olds?|of age)|\byears old\b|\baged? \d|\bages? of \d"
    r"|\bin (?:his|her|their|the) (?:early |mid |late |mid-)?(?:\d0s|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)"
    r"|\b(?:over|under|above|below) \d+ years|\bages? \d|\b\d+ (?:or|and) (?:older|younger|over|under|above)"
    r"|\b(?:teenagers?|persons?|people|m[ae]n|wom[ae]n|child(?:ren)?|adults?) (?:between|over|under|above|below|aged) \d\d?\b|\b(?:middle-aged|underage|under-age|young adult|age group)\b"
)
_PLACE = re.compile(
    r"\b(?:taken|shot|photographed|captured|filmed|located|took) (?:in|at|near|somewhere in) (?:the )?[A-Z]\w+"
)
_FLAW = re.compile(
    r"\b(?:with|has|having|showing|containing) (?:an? |some |visible |minor |small |major |surface |obvious |(?:fire|water|smoke|hail|storm|flood|wind|frost|insect|pest|sun|heat|roof|body|paint|structural|severe|heavy|extensive) )*"
    r"(?:(?:examples?|signs?|symptoms?|evidence|traces?) of (?:the |an? )?(?:[a-z]+ )?(?:rot|rust|blight|mou?ld|decay)|flaws?|defects?|damages?|damage|blemish(?:es)?|anomal(?:y|ies)|imperfections?|faults?|scratch(?:es)?|cracks?|dents?|stains?|chips|burn marks?|tears|malfunctions?|deformit(?:y|ies)|contamination)\b"
)
MOOD = re.compile(
    r"\b(?:evok\w+|convey\w+|express(?!ion)\w*|feels?|feeling|showing|shows|display\w*|full of|face of|expression of|sense of|mood of|with|in) (?:an? |the |great |deep )?"
    r"(?:feelings? of |sense of |emotion of |expression of |tears of |cries of )?(?:(\w+))\b"
)
_BREAKDOWN = re.compile(
    r"\b(?:is|are) not (?:fully )?(?:working|functioning|operational|functional)\b|\b(?:isn't|aren't) (?:working|functioning|operational|functional)\b"
    r"|\bout of (?:order|service)\b|\b(?:power|electricity|network) (?:outage|failure|cut|loss)s?\b|\b(?:water|gas|oil|fuel|sewage|coolant|moisture)[ -](?:seepage|leak(?:age|s)?|ingress|infiltration)\b"
)
"""What has failed, or leaks."""
_FALLING = re.compile(
    r"^(?:an? |the )?(?:[a-z]+ )?(?:person|people|m[ae]n|wom[ae]n|child|children|worker|patient|pedestrian|somebody|someone) (?:is |are |who is )?"
    r"(?:falling(?: down| over)?|(?:collapsing|tripping|slipping|fainting|stumbling|falling)(?: (?:on|over|off|from|down|into|in) (?:an? |the |his |her )?[a-z]+(?: [a-z]+)?)?|(?:lying|collapsed|unconscious|fallen) on the (?:ground|floor|road|street|pavement))\.?$"
)
"""A fall, which one frame shows as a posture."""
_SENSORS = re.compile(
    r"\b(?:spectrograms?|point clouds?|depth maps?|electron micro\w+|multispectral|hyperspectral|event camera|night[ -]vision"
    r"|(?:thermal|infrared|lidar|radar|sar|sonar|seismic|x-band|tomographic|ground-penetrating) (?:camera )?(?:images?|imagery|photos?|pictures?|videos?|scans?|views?|data|sections?|surveys?|profiles?|footage|frames?))\b"
)
_MADE = re.compile(
    r"\b(?:ai|computer|machine|algorithmically|artificially)[ -](?:generated|made|rendered|created|synthesi[sz]ed) (?!music|speech|out\b|of\b|from\b)|\b(?:or|versus|vs) (?:an? |the )?(?:real|genuine|authentic|fake|toy|counterfeit|live) [a-z]+$|\b(?:generated|made|created|produced|synthesi[sz]ed|rendered|drawn|painted|written) (?:by|with|using|from) (?:an? |the )?"
    r"(?:[\w-]+ ){0,2}(?:ai|intelligence|diffusion|gan|gans|midjourney|dall-e|dalle|computer|machine|network|model|algorithm|software|generator)\b"
)
_LOOKING_GOOD = re.compile(
    r"^(?:an? |the )?(?:very )?(?:blurry|blurred|grainy|noisy|pixelated|unsharp|shaky) (?:photo\w*|images?|pictures?|shots?|scans?|frames?|videos?)\.?$|^motion blur$|\b(?:well|badly|poorly|nicely|beautifully|professionally)[ -](?:composed|lit|exposed|framed|taken|shot|photographed)\b|\baesthetic\w*"
    r"|\bvisually \w+ing\b|\b(?:good|great|poor|bad|strong|balanced|pleasing) (?:composition|lighting|exposure|framing|image quality)\b"
    r"|\bprofessional photographer\b|\b(?:in|out of) focus\b|^(?:an? |the )?(?:very )?(?:high|low|poor|good|bad|excellent|top|best|decent)[ -](?:quality|resolution) (?:photo\w*|images?|pictures?|shots?)\.?$"
    r"|\b(?:bad|good|awkward|flattering|unflattering) (?:angles?|poses?|framing)\b|\bmid-blink\b|\bunrecogni[sz]able\b"
)
_SWITCHED = re.compile(
    r"\b(?:(?:head|tail|brake|hazard )?lights?|indicators?|siren|blinkers?|lamp|tv|television|screen|monitor|oven|stove|heater|engine|machine|display|led|fan|computer) "
    r"(?:that )?(?:is |are )?(?:turned |switched )?(?:on|off)$|\b(?:turned|switched)[ -](?:on|off) \w+|\b(?:street ?lights?|lamps?|lights?|candles?|bulbs?) (?:that )?(?:is|are) (?:out|burnt out)$"
)
_SKILL = re.compile(
    r"\btechnically \w+|\b(?:in)?(?:correct|proper) (?:squat|push-?up|deadlift|swing|serve|stance|grip|lunge|plank|landing|throw|dive|stroke|pose)\b|\b(?:good|bad|poor|perfect|proper|improper|flawed|sloppy|correct|incorrect|excellent|weak) (?:[a-z]+ )?(?:technique|form|posture|execution|timing|footwork|swing|serve|stance|grip|squat|deadlift|plank|landing|throw|dive|stroke|parking)\b"
    r"|\b(?:perfectly|poorly|well|badly|cleanly|flawlessly|correctly|incorrectly)[ -](?:executed|timed|performed|thrown|landed|played|worn|worn|installed|assembled|aligned|fastened|parked)\b"
    r"|\b(?:worn|installed|assembled|fastened|parked|set|mounted|stacked|loaded|labell?ed|folded) (?:in)?(?:correctly|properly|badly|poorly)\b"
)
"""How well something is done."""
_SHAPE = re.compile(
    r"\b(?:in|of) (?:an? |very |quite |rather )*(?:good|bad|poor|perfect|excellent|fair|terrible|mint|pristine|great|awful|used|new|working|usable|unusable) (?:condition|shape|repair|state|order|health)\b"
    r"|^(?:almost |nearly |as )?(?:good as |like |brand )new$|^(?:used|mint|good|bad|poor|fair|new|excellent|perfect) (?:condition|shape|state)$|\b(?:signs|traces) of (?:wear|use|damage|age|decay|neglect|abuse|corrosion|infestation)\b"
    r"|^(?:an? |the |some )?(?:[a-z]+ )?(?:wear|wear and tear|water damage|fire damage|frost damage|hail damage|loss of [a-z]+|deterioration|discolou?ration|degradation)\.?$"
)
"""The shape that a thing is in."""
_LEVEL = re.compile(
    r"^(?:an? |the )?(?:very )?(?:high|low|rising|falling|medium|normal) (?:water|fuel|oil|liquid|ink|noise|stress|activity|light|river|tide|battery|fill|snow|pollen|crowd) ?levels?$|^(?:very|extremely|slightly|hardly|too|quite|fairly) (?!close)[a-z]+(?:ed|y|ish|ful|ous)$"
)
_HEADING = re.compile(
    r"\b(?:moving|walking|driving|running|coming|heading|going|flying|turning|rolling|swimming|backing|pulling) (?:(?:up|down|over)(?! an? | the )|towards?|away from|forwards?|backwards?|closer|faster|slowly|fast|quickly|very fast)\b|\b(?:standing|sitting|staying|holding) still$"
)
"""How something moves, which one frame does not tell."""
_MANNER = re.compile(r"\b(?:suspiciously|aggressively|dangerously|recklessly|erratically)\b")
_CRACK = re.compile(
    r"^(?:an? |the )?(?:photo of |image of |picture of |close-?up of )*(?:an? |the |some )?(?:[a-z]+ )?(?:crack|dent|scratch|stain|leak|corrosion|rust|mou?ld|mildew|erosion|discolou?ration|flaw|defect|fracture|blemish|chip|tear|burn mark|water damage)(?:e?s)? (?:in|on|of|at|across|along|through|from) (?!paint)"
)
"""A flaw that is itself what is shown: a large crack in a wall."""
_UNDONE = re.compile(
    r"\bun(?!ited|ified|identified|paved|treated|dressed|colou?red|used|clothed|tamed|iformed|armed|known|shaven)[a-z]{3,}ed\b"
)
"""What was undone, or never done: unplugged, unbuckled, unlocked."""
CHANGING = re.compile(
    r"\b(?:slowing down|speeding up|slowing|accelerating|decelerating|braking|about to \w+|starting to \w+|beginning to \w+|(?:is|has|was) just \w+ed"
    r"|(?:entering|leaving|exiting|approaching|departing|arriving)(?= (?!the (?:frame|view|picture|shot|scene))(?:the|an?|his|her|from|at) |$)|getting (?:in|out|on|off|up|closer|ready)|(?:opening|closing) (?:the|a|an|his|her)\b)"
)
"""What one frame does not tell from its opposite."""
_GOING = re.compile(
    r"^(?:an? |the )?(?:(?:photo|image|picture) of (?:an? |the )?)?(?:(?:moving|stationary|parked|idle|idling|stopped|stalled|spinning|rotating|turning|reversing|accelerating) "
    r"(?:cars?|vehicles?|trains?|bus(?:es)?|trucks?|objects?|targets?|traffic|fans?|drums?|blades?|motors?|engines?|pumps?|conveyors?|belts?|turbines?|propellers?)"
    r"|(?:[a-z]+ )?(?:cars?|vehicles?|trains?|bus|buses|trucks?|objects?|machines?|engines?|motors?|fans?|turbines?|pumps?|conveyors?|belts?) "
    r"(?:is |are )?(?:stopping|stopped|moving|parked|idling|turning|braking|reversing|starting|running|spinning|rotating|stalled))\.?$"
)
"""A thing and whether it moves, and nothing else."""
_PERFECT = re.compile(
    r"\b(?:has|have) (?:(?:just|already|recently|finally|not yet|fully|completely|partly|partially) )*"
    r"(?:(?:changed|turned|finished|completed|started|stopped|ended|begun|melted|dried|healed|grasped|gripped|released|reached|arrived|broken|failed|crashed|burst|spilt|spilled"
    r"|collapsed|opened|closed|loaded|emptied|ripened|wilted|died|hatched|grown|shrunk|boiled|fallen(?! asleep)|frozen)"
    r"|been (?:filled|signed|stamped|completed|approved|submitted|paid|cancelled|burnt|burned|damaged|destroyed|repaired|cleaned|opened|moved|removed|stolen|harvested|mown|cut|eaten|emptied|refilled|replaced|vandali[sz]ed|tampered))\b"
    r"|^(?:an? |the )?(?:partially|partly|recently|badly|heavily|severely|slightly|barely|nearly|almost|half)[ -](?!clothed|clad|dressed|decorated|tattooed|wooded|forested|armed|made|timbered|furnished|automated|lidded|bearded|used)(?:[a-z]{3,}ed|eaten|built|burnt|broken|hidden|torn|worn|sunken|frozen|cut|grown|done|open)\b"
)
"""What has happened before: one frame shows what is left of it."""
_DONE = re.compile(
    r"\b(?:has|have) been \w+(?:ed|en)\.?$|\b(?:task|job|construction|work|assembly|step|process|repair|installation|inspection|order)s? (?:is |are |was )?(?:completed?|finished|done|failed|unfinished|incomplete|in progress)\b"
    r"|\b(?:seat ?belts?|straps?|chin strap|buckles?|harness|bicycle|bike|padlock|valve|gripper) (?:is |are )?(?:fastened|unfastened|buckled|locked|unlocked|open|closed|tight|loose)\b|^(?:before|after) (?:the )?(?:renovation|restoration|repairs?|surgery|treatment|cleaning|washing|makeover|training|harvest|use|painting|polishing|retouching|editing|therapy|maintenance)$"
)
_DEGREE = re.compile(
    r"^(?:an? |the )?(?:very )?(?:low|high|medium|light|heavy|moderate|mild|severe|minor|major|extreme) (?:density|damage|intensity|severity|visibility|risk|load|occupancy|wear|corrosion|contamination|erosion|turbidity|cloudiness)$|^(?:an? |the )?(?:very )?(?:light|moderate|medium|mild|severe) (?:traffic|flooding|congestion)$"
    r"|^(?:level|grade|stage|severity|degree|phase) (?:\d|[ivx]+|one|two|three|four|five)$|^(?:seedling|flowering|fruiting|ripening|vegetative|larval|pupal|adult|juvenile|growth|early|late|advanced|terminal|initial|final|intermediate) stage$|^(?:slightly|mildly|moderately|severely) [a-z]+$"
)
_TURNED = re.compile(
    r"\b(?:rotated|flipped|mirrored|upside[ -]down|sideways) (?:image|photo\w*|picture)s?\b|^(?:an? |the )?(?:[a-z]+ )?(?:is )?upside[ -]down$"
)
_LIFE = re.compile(
    r"^(?:an? |the )?(?:(?:photo|image|picture) of (?:an? |the )?)?(?:(?:young|old|younger|older|elderly) (?:person|people)|(?:elderly|aged|teenage|adolescent|middle-aged|underage) (?:m[ae]n|wom[ae]n|males?|females?|boys?|girls?|lady|gentleman|adults?))\.?$|\bmiddle aged\b|^(?:an? )?(?:teenagers?|adolescents?|senior citizens?)$"
)
_LOOKING_LIKE = re.compile(
    r"\b(?:looks?|looking|seems?|appears?|appearing) (?:to be )?(?:an? |very |quite |rather )?(?:rich|wealthy|poor|smart|intelligent|stupid|trustworthy|untrustworthy|honest|dishonest|competent|kind|friendly|mean|expensive|cheap|suspicious|criminal|guilty|innocent|tired|ill|sick|healthy|drunk|dangerous)\b"
)
_IN_STATE = re.compile(
    r"\bin (?:an? |the )?(?:[a-z]+(?:ly)? )?(?:open|opened|closed|shut|locked|unlocked|broken|damaged|folded|unfolded|assembled|dismantled|raw|frozen|partial|intermediate|inactive|active) states?\b|\binactive\b"
)
"""A thing said to be in a state, in so many words: an object in an open state."""
_FACE = re.compile(
    r"\b(?:happy|sad|angry|neutral|blank|fearful|scared|surprised|shocked|disgusted|worried|anxious|serious|stern|bored|confused|puzzled|tired|calm|joyful|gloomy|grim|emotionless|expressionless) (?:facial )?(?:expressions?|faces?|looks?)\b"
)
"""A mood that stands in a face, wherever the picture was taken."""
_GAZE = re.compile(
    r"\blook(?:s|ing)? (?:away from|straight|directly|sideways|(?:in|to) (?:another|the other|a different|the opposite) direction|to (?:the|his|her|their) (?:left|right|side))\b|\blook(?:s|ing)? (?:away|up|down|left|right)\.?$|\bgaze (?:directed|averted)\b|\b(?:making|avoiding) eye contact\b"
)
_CAUSED = re.compile(r"\b(?:because (?!of)|due to|as a result of|in order to|so that|pretend(?:s|ing) to)\b")
"""Why something is, or is not as it looks."""
_NEEDED = re.compile(
    r"\bneeds? (?:to be [a-z]+|[a-z]+ing|repairs?|maintenance|water|replacement|service|help|attention)\b|\b(?:due|overdue|ready) (?:for|to be) (?:[a-z]+|harvest)\b"
)
_BECOMING = re.compile(
    r"^(?!.*\b(?:sun|moon)\b).*\b(?:is |are )?(?:closing|opening|forming|boiling|melting|freezing|thawing|sinking|drying|charging|loading|ripening|wilting|collapsing|deflating|inflating|emptying|dissolving|fermenting|hatching|swelling|cooling|heating|healing)(?: up| down)?\.?$"
)
"""What is under way with a thing, which one frame shows as a state."""
_PARKED = re.compile(
    r"\b(?:double|badly|illegally)[- ]parked\b|\bparked (?:across|over|outside) (?:two|the|a|its) (?:bays?|lines?|spaces?|spots?|lanes?|markings?)\b"
)
_AFFECTED = re.compile(
    r"\b(?:[a-z]+-|(?:drought|water|heat|nutrient|flood|storm|hail|frost|insect|pest|disease|fire|smoke|weather|war|wind) )(?:affected|stressed|damaged|infested|infected|contaminated|ridden|stricken|ravaged|deficient)\b"
)
_RISKING = re.compile(
    r"\b(?:at risk|in danger|on the verge|on the brink) of\b|\b(?:under|out of) control\b|\bwith (?:its|the|his|her) (?:lid|cap|cover|top|door|doors|hood|bonnet|boot|trunk|roof|hatch|window|windows) (?:off|on|open|opened|closed|up|down|ajar)\b"
)
_ATTACKED = re.compile(
    r"\b(?:having|suffering|suffers) (?:from )?(?:an? )?(?:heart attack|stroke|seizure|panic attack|allergic reaction|migraine|headache|fever|convulsion|contractions?|hypothermia|heatstroke|burnout|pain)\b"
)
_ORIGIN = re.compile(r"\bof [a-z -]+ (?:descent|ethnicity|origin|ancestry|heritage)\b")
_TYRE = re.compile(r"\b(?:bald|burst) (?:tyres?|tires?)\b")
_FORBIDDEN = re.compile(r"\b(?:illegal|unlawful|unauthori[sz]ed|unlicen[sc]ed|unpermitted)(?:ly)?\b")
_OF_BREAKDOWN = (
    " not ",
    "n't ",
    "out of ",
    "outage",
    "failure",
    " cut",
    " loss",
    "seep",
    "leak",
    "ingress",
    "infiltr",
)
_OF_AGE = (*"0123456789", "year", "month", "age", "teen", "ties", "young adult")
_OF_LOOKS = (
    "lit", "exposed", "framed", "composed", "taken", "shot", "photograph", "esthetic", "visually", "composition", "lighting", "exposure", "framing",
    "quality", "focus", "blur", "grain", "nois", "pixel", "unsharp", "shaky", "resolution", "angle", "pose", "blink", "recogni",
)  # fmt: skip
_OF_SKILL = (
    "ly",
    "well",
    "form",
    "correct",
    "proper",
    "technique",
    "posture",
    "execution",
    "timing",
    "footwork",
    "pose",
    "swing",
    "serve",
    "stance",
    "grip",
    "squat",
    "deadlift",
    "plank",
    "landing",
    "throw",
    "dive",
    "stroke",
    "parking",
)
_OF_SHAPE = (
    "condition", "shape", "repair", "state", "order", "health", "new", "sign", "trace", "wear", "damage", "loss", "deterioration", "colo",
    "degradation",
)  # fmt: skip
_OF_DOING = (
    "been", "complete", "finish", "done", "failed", "progress", "fastened", "buckled", "lock", "open", "closed", "tight", "loose", "before", "after",
)  # fmt: skip


class Phrase(NamedTuple):
    """The theme of a state, the pattern that says it, and pieces of words of which every match holds one: looked for first, as they are cheap."""

    theme: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()
    most: int = 8
    """So many words of content a caption may have that hangs on it."""


PHRASES = (
    Phrase("condition", _CRACK),
    Phrase("state", _UNDONE),
    Phrase("condition", _BREAKDOWN, _OF_BREAKDOWN),
    Phrase("posture", _FALLING),
    Phrase("condition", _SHAPE, _OF_SHAPE),
    Phrase("degree", _LEVEL),
    Phrase("motion", CHANGING),
    Phrase("motion", _GOING),
    Phrase("motion", _HEADING),
    Phrase("state", _DONE, _OF_DOING),
    Phrase("degree", _DEGREE),
    Phrase("orientation", _TURNED),
    Phrase("skill", _SKILL, _OF_SKILL),
    Phrase("age", _LIFE),
    Phrase("unseen", _LOOKING_LIKE),
    Phrase("unseen", _CAUSED, ("because", "due to", "result of", "order to", "so that", "pretend"), 5),
    Phrase("condition", _TYRE, ("tyre", "tire")),
    Phrase(
        "condition",
        _AFFECTED,
        (
            "affected",
            "stressed",
            "damaged",
            "infe",
            "contaminated",
            "ridden",
            "stricken",
            "ravaged",
            "deficient",
        ),
    ),
    Phrase("state", _RISKING, (" of", "control", "with "), 5),
    Phrase("health", _ATTACKED, ("having", "suffer")),
    Phrase("descent", _ORIGIN, ("descent", "ethnicity", "origin", "ancestry", "heritage")),
    Phrase("condition", _NEEDED, ("need", "due", "ready"), 4),
    Phrase("state", _BECOMING, ("ing",), 3),
    Phrase("skill", _PARKED, ("parked",)),
    Phrase("legality", _FORBIDDEN),
    Phrase("orientation", _GAZE, ("look", "gaze", "eye contact"), 3),
    Phrase("state", _IN_STATE, ("state", "inactive")),
    Phrase("emotion", _FACE, ("expression", "face", "look")),
    Phrase("age", _AGE, _OF_AGE),
    Phrase("authenticity", _MADE),
    Phrase("condition", _FLAW),
    Phrase("place", _PLACE),
    Phrase("domain", _SENSORS),
    Phrase("quality", _LOOKING_GOOD, _OF_LOOKS),
    Phrase("state", _SWITCHED),
    Phrase("safety", _MANNER),
    Phrase(
        "state",
        _PERFECT,
        (
            "has ",
            "have ",
            "partially",
            "partly",
            "recently",
            "badly",
            "heavily",
            "severely",
            "slightly",
            "barely",
            "nearly",
            "almost",
            "half",
        ),
        4,
    ),
)
