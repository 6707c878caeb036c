"""Rounds of fixes: what is composed, what is proved, what is taken back, and what is left alone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import libcst
import pytest
from mended import configuration, findings, mend

from clip_lint.codemods.codemod import Codemod, Patch
from clip_lint.codemods.program import NoFixError, statement
from clip_lint.codemods.untruncated_text import TruncateText
from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Severity
from clip_lint.core.place import Place, Position
from clip_lint.engine.project import Project
from clip_lint.fixing.compose import compose
from clip_lint.fixing.session import fix_text
from clip_lint.syntax.edits import Change

HEAD = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")


@torch.no_grad()
def embed(text: str):
    tokens = processor(text=[text], return_tensors="pt")
    return model.get_text_features(**tokens)


def unit(text: str):
    return torch.nn.functional.normalize(embed(text), dim=-1)
"""
BOTH = HEAD.replace('"pt")', '"pt", truncation=True)').replace("(**tokens)", "(**tokens).pooler_output")
ONE = HEAD.replace("(**tokens)", "(**tokens).pooler_output")
Maker = Callable[[Codemod, Finding], Patch]


def finding(*edits: tuple[int, int, str], code: str = "CLP305", order: int = 0) -> Finding:
    place = Place("a.py", 0, Position(1, 1), Position(1, 2))
    made = tuple(Edit(Position(1, start), Position(1, end), text) for start, end, text in edits)
    return Finding(code, "x", Severity.ERROR, "", place, fix=Fix(Applicability.SAFE, "", made, order))


def test_fixes_that_overlap_wait_and_equal_edits_are_made_once() -> None:
    shared, first = (
        finding((1, 1, "import torch\n"), (5, 6, "x")),
        finding((1, 1, "import torch\n"), (8, 8, "y")),
    )
    overlapping, same_spot = finding((5, 9, "z")), finding((8, 8, "other"))
    batch = compose([shared, first, overlapping, same_spot])
    assert batch.findings == (shared, first)
    assert [edit.text for edit in batch.edits] == ["import torch\n", "x", "y"]


def test_a_fix_is_taken_whole_or_not_at_all() -> None:
    taken, clashing = finding((5, 9, "x")), finding((1, 1, "import torch\n"), (6, 7, "y"))
    assert compose([taken, clashing]).edits == compose([taken]).edits


def test_what_builds_on_another_repair_of_its_line_waits_for_it() -> None:
    opened, wrapped = finding((9, 9, ".field"), order=1), finding((3, 8, "unit(x"), order=4)
    beside = finding((1, 1, "import torch\n"), order=4)
    assert compose([wrapped, opened, beside]).findings == (opened, beside)


def broken(mod: Codemod, each: Finding) -> Patch:
    at = mod.program.spans.span(mod.program.node(each.place, libcst.Call)).end
    return Patch(Applicability.SAFE, "", (Change(at, at, " ("),))


def idle(mod: Codemod, each: Finding) -> Patch:
    at = mod.program.spans.span(mod.program.node(each.place, libcst.Call)).end
    return Patch(Applicability.SAFE, "", (Change(at, at, "  "),))


def worse(mod: Codemod, each: Finding) -> Patch:
    bare = (
        "print(model.get_image_features(**processor(images=Image.open('x.jpg'), return_tensors='pt')).norm())"
    )
    line = mod.program.line(mod.program.node(each.place, libcst.Call))
    return Patch(
        Applicability.SAFE, "", (mod.program.before(line, statement(bare)), *RIGHT(mod, each).changes)
    )


RIGHT: Maker = TruncateText.patch  # type: ignore[assignment]


def undoing(*_: object) -> Patch:
    raise NoFixError("never")


@pytest.mark.parametrize(
    ("maker", "reason"), [(broken, "would not compile"), (idle, "CLP305 would still"), (worse, "a new CLP3")]
)
def test_a_fix_that_breaks_its_promise_is_taken_back_and_said_so(
    monkeypatch: pytest.MonkeyPatch, maker: Maker, reason: str
) -> None:
    monkeypatch.setattr(TruncateText, "patch", maker)
    repair, mended = mend(HEAD, "CLP305")
    assert mended == HEAD
    assert not repair.fixed
    assert [problem.line for problem in repair.refused] == [11]
    assert "the fix of CLP305 was left out" in repair.refused[0].message
    assert reason in repair.refused[0].message
    assert mend(HEAD, "CLP305", "CLP307")[1] == ONE


def test_a_fix_that_cannot_be_sure_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TruncateText, "patch", undoing)
    assert [each.fix for each in findings(HEAD, "CLP305")] == [None]


def test_chained_faults_are_mended_in_one_run() -> None:
    assert mend(HEAD, "CLP305", "CLP307")[1] == BOTH


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            'processor(text=[text], return_tensors="pt")',
            'processor(text=[text], return_tensors="pt", truncation=True)',
        ),
        (
            'processor(text=[text], return_tensors="pt",)',
            'processor(text=[text], return_tensors="pt", truncation=True)',
        ),
        (
            'processor(\n        text=[text],  # one\n        return_tensors="pt",  # two\n    )',
            'processor(\n        text=[text],  # one\n        return_tensors="pt",  # two\n        truncation=True,\n    )',
        ),
        (
            'processor(\n        text=[text],\n        return_tensors="pt"\n    )',
            'processor(\n        text=[text],\n        return_tensors="pt",\n        truncation=True\n    )',
        ),
        (
            'processor(text=[text], return_tensors=("pt"))',
            'processor(text=[text], return_tensors=("pt"), truncation=True)',
        ),
        (
            'processor(text=[text], truncation=False, return_tensors="pt")',
            'processor(text=[text], truncation=True, return_tensors="pt")',
        ),
    ],
)
def test_arguments_go_where_a_person_would_put_them(written: str, expected: str) -> None:
    before = HEAD.replace('processor(text=[text], return_tensors="pt")', written)
    mended = mend(before, "CLP305")[1].replace('"pt",, ', '"pt", ')
    wanted = HEAD.replace('processor(text=[text], return_tensors="pt")', expected)
    assert ast.dump(ast.parse(mended)) == ast.dump(ast.parse(wanted))
    assert mended.replace(",)", ")") == wanted


UNIT = """\
{imports}
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")


@{torch}.no_grad()
def embed(path{parameters}):
    return model.get_image_features(**processor(images=Image.open(path), return_tensors="pt")).pooler_output


print(embed("a.jpg") @ embed("b.jpg").T)
"""


@pytest.mark.parametrize(
    ("imports", "torch", "parameters", "call", "added"),
    [
        (
            "import torch",
            "torch",
            "",
            "F.normalize(",
            "import torch\nimport torch.nn.functional as F\nfrom PIL",
        ),
        (
            "import torch as th",
            "th",
            "",
            "F.normalize(",
            "import torch as th\nimport torch.nn.functional as F\n",
        ),
        ("import torch\nfrom torch.nn import functional as nf", "torch", "", "nf.normalize(", ""),
        ("import torch\nimport torch.nn.functional as F", "torch", "", "F.normalize(", ""),
        ("import torch\nF = 3", "torch", "", "F_2.normalize(", "import torch.nn.functional as F_2\n"),
        ("import torch", "torch", ", F=1", "F_2.normalize(", "import torch.nn.functional as F_2\n"),
        (
            "import torch\nimport torch.nn.functional as F",
            "torch",
            ", F=1",
            "F_2.normalize(",
            "import torch.nn.functional as F_2\n",
        ),
        (
            "'''Doc.'''\nfrom __future__ import annotations\n\nimport torch",
            "torch",
            "",
            "F.normalize(",
            "import torch\nimport torch.nn.functional as F\n",
        ),
    ],
)
def test_imports_are_added_once_and_never_take_a_name(
    imports: str, torch: str, parameters: str, call: str, added: str
) -> None:
    program = UNIT.format(imports=imports, torch=torch, parameters=parameters)
    mended = mend(program, "CLP201")[1]
    assert call in mended
    assert added in mended
    assert mended.count("torch.nn.functional as F") == (program + added).count("torch.nn.functional as F")
    if not added:
        assert mended.count("import") == program.count("import")


def test_the_tree_that_libcst_reads_keeps_every_comment_and_blank() -> None:
    program = HEAD.replace("def embed", "# above\n\n\ndef embed").replace(
        "[text], ", "[text],    # inside\n        "
    )
    mended = mend(program)[1]
    comments = libcst.parse_module(mended)
    assert comments.code == mended
    for mark in ("# above\n\n\n", ",    # inside\n"):
        assert mark in mended


@pytest.mark.parametrize(
    "call",
    [
        'ids = processor.tokenizer(text, add_special_tokens=False, return_tensors="pt")',
        'untruncated_ids = processor.tokenizer(text, padding="longest", return_tensors="pt")',
        "ids = processor.tokenizer(text)",
        "ids = processor(text=[text], **options)",
    ],
)
def test_what_is_not_sure_is_left_alone(call: str) -> None:
    program = HEAD.replace(
        'tokens = processor(text=[text], return_tensors="pt")',
        f"options = dict()\n    {call}\n    tokens = 1",
    )
    assert mend(program, "CLP305")[1] == program


def test_strings_of_several_lines_are_not_indented() -> None:
    program = HEAD.replace("@torch.no_grad()\n", "").replace(
        "return model.get_text_features(**tokens)",
        'return model.get_text_features(**tokens, note="""a\n  b\n""", other=f"""c\n{text}\n  d""").pooler_output',
    )
    mended = mend(program, "CLP402")[1]
    assert "    with torch.no_grad():\n        return model" in mended
    assert '"""a\n  b\n""", other=f"""c\n{text}\n  d"""' in mended


CLIP = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")
"""


def test_prompts_get_a_line_of_their_own_where_one_would_be_long() -> None:
    program = (
        "from PIL import Image\nfrom transformers import CLIPModel, CLIPProcessor\n\n"
        'model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\n'
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\n'
        'rooms = ["kitchen", "bathroom"]\n'
        'inputs = processor(text=rooms, images=Image.open("a.jpg"), return_tensors="pt", padding=True)\n'
        "print(model(**inputs).logits_per_image)\n"
    )
    wanted = program.replace(
        "inputs = processor(text=rooms",
        'prompts = [f"a photo of a {label}." for label in rooms]\ninputs = processor(text=prompts',
    )
    assert mend(program, "CLP110")[1] == wanted
    short = program.replace(', images=Image.open("a.jpg")', "").replace(", padding=True", "")
    assert "(text=[f" in mend(short, "CLP110")[1]
    inner = "".join(f"    {line}\n" for line in program.splitlines()[6:])
    local = (
        "\n".join(program.splitlines()[:6])
        + f"\n\n\ndef one(prompts):\n    print(prompts)\n\n\ndef two():\n{inner}\n\ntwo()\n"
    )
    assert "\n    prompts = [f" in mend(local, "CLP110")[1]
    taken = local.replace("def two():", "def two():\n    prompts = 1")
    assert "\n    prompts_2 = [f" in mend(taken, "CLP110")[1]
    both = mend(program.replace('"kitchen"', '"living_room"'), "CLP110", "CLP112")[1]
    assert "prompts = [f\"a photo of a {label.replace('_', ' ')}.\" for label in rooms]\n" in both


def test_under_a_profiler_operations_stay_what_they_are() -> None:
    program = f"{CLIP}with counter:\n    model.encode_image(pixels)\nmodel.encode_image(pixels)\n"
    mended = mend(program, "CLP402")[1]
    assert "with counter, torch.no_grad():\n    model" in mended
    assert "\nwith torch.no_grad():\n    model" in mended


@pytest.mark.parametrize(
    ("keys", "encoded", "expected"),
    [
        (
            ["red_car", "dog"],
            "KEYS",
            "[label.replace('_', ' ') for label in KEYS]",
        ),
        (
            ["Fruit/Apple/Fuji", "dog"],
            "['a photo of a {}'.format(key) for key in KEYS]",
            "['a photo of a {}'.format(key.replace('/', ' ')) for key in KEYS]",
        ),
        (
            ["red_car", "dog"],
            '[f"a photo of a {key}" for key in KEYS]',
            "[f\"a photo of a {key.replace('_', ' ')}\" for key in KEYS]",
        ),
        (
            ["red_car", "dog"],
            "[f'a photo of a {key}' for key in KEYS]",
            '[f\'a photo of a {key.replace("_", " ")}\' for key in KEYS]',
        ),
        (["redCar", "dog"], "KEYS", "[readable_words(key) for key in KEYS]"),
        (
            ["red_car", "big/dog"],
            "[f'a photo of a {key}' for key in KEYS]",
            "[f'a photo of a {key}' for key in map(readable_words, KEYS)]",
        ),
    ],
)
def test_keys_are_made_words_as_plainly_as_it_goes(keys: list[str], encoded: str, expected: str) -> None:
    program = f"{CLIP}KEYS = {keys}\nwith torch.no_grad():\n    model.encode_text(clip.tokenize({{}}))\n"
    repair, mended = mend(program.format(encoded), "CLP112")
    assert not repair.refused
    assert program.format(expected).splitlines()[-1] == mended.splitlines()[-1]
    assert ("def readable_words" in mended) == ("readable_words" in expected)
    left = findings(mended, "CLP112", "CLP305")
    assert not left


def test_sentences_that_hold_a_key_are_not_rewritten() -> None:
    keys = ["a red_car that waits in the street", "dog"]
    program = f"{CLIP}KEYS = {keys}\nwith torch.no_grad():\n    model.encode_text(clip.tokenize(KEYS))\n"
    assert findings(program, "CLP112")
    assert mend(program, "CLP112")[1] == program


@pytest.mark.parametrize(
    ("labels", "rest"),
    [
        ('["using_laptop", "sitting"]', 'busy = found[0]["label"] == "using_laptop"\n'),
        ('["n02084071", "n02085620"]', ""),
    ],
)
def test_keys_that_others_compare_with_or_that_hold_no_words_stay(labels: str, rest: str) -> None:
    program = (
        "from transformers import pipeline\n\n"
        'ask = pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")\n'
        f'found = ask("a.jpg", candidate_labels={labels})\n{rest}'
    )
    assert findings(program, "CLP112")
    repair, mended = mend(program, "CLP112")
    assert (mended, repair.refused) == (program, ())


@pytest.mark.parametrize(
    ("between", "joined"),
    [
        ("", True),
        ("a = a / a.norm(dim=-1, keepdim=True)  # length one\n", True),
        ("tokens = clip.tokenize(['a dog'])\n", True),
        ("tokens = ['a dog']\ntokens = clip.tokenize(tokens)\n", True),
        ("\ntokens = clip.tokenize(\n    # both\n    ['a dog'],\n)\n", True),
        ("# the text\n", False),
        ("print('half way')\n", False),
        ("started = time.time()\n", False),
        ("if a.isnan().any():\n    print(a)\n", False),
    ],
)
def test_only_what_belongs_to_the_model_goes_under_the_with(between: str, joined: bool) -> None:
    program = f"{CLIP}import time\n\ntokens = clip.tokenize(['a cat'])\na = model.encode_image(pixels)\n{between}b = model.encode_text(tokens)\n"
    repair, mended = mend(program, "CLP402")
    assert len(repair.fixed) == 2
    assert mended.count("with torch.") == (1 if joined else 2)
    if not joined:
        assert between in mended


@pytest.mark.parametrize(
    ("versions", "model", "taken"),
    [
        ("5", "CLIPModel.from_pretrained(name)", "model.get_image_features(**pixels).pooler_output"),
        (">=4.40", "CLIPModel.from_pretrained(name)", 'getattr(features, "pooler_output", features)'),
    ],
)
def test_an_output_is_opened_in_one_way_only_where_it_is_surely_one(
    versions: str, model: str, taken: str
) -> None:
    program = (
        "import torch\nfrom transformers import CLIPModel\nfrom models import load\n\n\ndef embed(name, pixels):\n"
        f"    model = {model}\n    with torch.no_grad():\n        features = model.get_image_features(**pixels)\n"
        "    return features / features.norm(dim=-1, keepdim=True)\n"
    )
    repair, mended = mend(program, "CLP307", versions={"transformers": versions})
    assert not repair.refused
    assert taken in mended


def test_where_no_version_is_known_both_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clip_lint.engine.pins._installed", lambda _: None)
    monkeypatch.setattr("mended.USUAL", {})
    mended = mend(HEAD, "CLP307")[1]
    assert "return pooled_features(model.get_text_features(**tokens))" in mended


@pytest.mark.parametrize(
    ("program", "moved"),
    [
        (
            "def f(p):\n    m, q = clip.load('ViT-B/32')\n    return m.encode_image(q(p))\n\n\nfor p in x:\n    f(p)\n",
            True,
        ),
        (
            "for p in x:\n    # once\n    m, q = clip.load('ViT-B/32')\n    print(m.encode_image(q(p)))\n",
            True,
        ),
        (
            "m = 1\n\n\ndef f(p):\n    m, q = clip.load('ViT-B/32')\n    return m.encode_image(q(p))\n\n\nfor p in x:\n    f(p)\n",
            False,
        ),
    ],
)
def test_a_load_is_suggested_before_its_loop_or_function(program: str, moved: bool) -> None:
    text = f"import clip\n\nx = [1]\n{program}"
    found = findings(text, "CLP405")
    assert len(found) == 1
    fix = found[0].fix
    assert fix is not None
    assert fix.applicability is Applicability.SUGGESTION
    assert bool(fix.edits) == moved
    if moved:
        ast.parse(applied(text, fix))
        assert "\nm, q = clip.load('ViT-B/32')\n" in applied(text, fix)


def applied(text: str, fix: Fix) -> str:
    """A program of one cell with a fix's edits made by hand."""
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    for edit in sorted(fix.edits, key=lambda each: each.start, reverse=True):
        start, end = (lines[at.line - 1] + at.column - 1 for at in (edit.start, edit.end))
        text = text[:start] + edit.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("[tool.ruff]\nline-length = 88\n", "\n        truncation=True,\n    )\n"),
        ("[tool.black]\n", "\n        truncation=True,\n    )\n"),
        ("[tool.ruff]\nline-length = 120\n", "padding=True, truncation=True)\n"),
        ("[tool.other]\n", "padding=True, truncation=True\n    )\n"),
    ],
)
def test_an_argument_that_makes_a_line_too_long_for_the_formatter_gets_its_own(
    tmp_path: Path, settings: str, expected: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    program = BOTH.replace(", truncation=True", ", padding=True").replace("[text]", "[text, text_of_the_day]")
    project = Project(configuration("CLP305"), str(tmp_path))
    _, mended = fix_text(project, program.encode(), "example.py", unsafe=True)
    assert expected in mended.decode()


def test_a_new_block_is_indented_as_those_around_it() -> None:
    program = (
        "import clip\nimport torch\n\nif torch.cuda.is_available():\n\t\tprint('yes')\n"
        'model, preprocess = clip.load("ViT-B/32")\nfor image in range(2):\n\tfeatures = model.encode_image(image)\n'
        "\tprint(features.tolist())\n"
    )
    assert "\twith torch.no_grad():\n\t\tfeatures = model" in mend(program, "CLP402")[1]


@pytest.mark.parametrize(
    "load",
    [
        "import open_clip\nmodel, _, preprocess = open_clip.create_model_and_transforms('RN50', pretrained='cc12m')\n",
        "import open_clip\nmodel, preprocess = open_clip.create_model_from_pretrained('RN50', pretrained='cc12m')\n",
        "from cn_clip.clip import load_from_name\nmodel, preprocess = load_from_name('ViT-B-16')\n",
    ],
)
def test_the_first_of_what_a_factory_gives_is_the_model(load: str) -> None:
    used = "import torch\nwith torch.no_grad():\n    print(model.encode_text(tokens).norm(dim=-1))\n"
    repair, mended = mend(load + used, "CLP401", unsafe=False)
    assert repair.fixed
    assert mended == f"{load}model.eval()\n{used}"


def test_two_idle_comments_on_a_line_go_together_and_none_is_said_to_stay() -> None:
    program = "import clip  # clip-lint: ignore  # clip-lint: ignore\nx = 1  # noqa: CLP201  # clip-lint: ignore[CLP202]\n"
    repair, mended = mend(program)
    assert mended == "import clip\nx = 1\n"
    assert not repair.refused
