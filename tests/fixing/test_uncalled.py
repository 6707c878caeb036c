"""What a line does without calling anything: writes into graphs and generators that go on run outside of `no_grad`."""

from __future__ import annotations

import pytest
from mended import mend

HEAD = """\
import clip
import numpy as np
import torch

model, preprocess = clip.load("ViT-B/32")


"""
ENCODED = "model.encode_image(x)[0].detach()"


@pytest.mark.parametrize(
    ("before", "target"),
    [
        ("def fill(bank, x):", "bank[0] ="),
        ("def fill(bank, x):", "bank[0][1:] ="),
        ("def fill(sums, x):", "sums *="),
        ("def fill(box, x):", "box.rows[0] ="),
        ("def fill(x):\n    bank = start.weight * 1", "bank[0] ="),
        ("def fill(x):\n    bank = torch.zeros(2, 16, requires_grad=True)", "bank[0] ="),
    ],
)
def test_what_may_have_a_graph_is_written_outside(before: str, target: str) -> None:
    mended = mend(f"{HEAD}{before}\n    {target} {ENCODED}\n", "CLP402")[1]
    block = "    with torch.no_grad():\n        image_features = model.encode_image(x)\n"
    assert mended.endswith(f"{block}    {target} image_features[0].detach()\n")


@pytest.mark.parametrize(
    ("before", "target"),
    [
        ("def fill(x):\n    bank = torch.zeros(2, 16)", "bank[0] ="),
        ("def fill(x):\n    rows = {}", "rows['x'] ="),
        ("def fill(x):\n    rows = [None] * 2", "rows[0] ="),
        ("def fill(x):\n    rows = np.zeros((2, 16))", "rows[0] ="),
        ("def fill(x):\n    total = 0", "total +="),
        ("rows = {}\n\n\ndef fill(x):", "rows['x'] ="),
        ("def fill(box, x):", "box.row ="),
    ],
)
def test_what_has_no_graph_is_written_where_it_was(before: str, target: str) -> None:
    mended = mend(f"{HEAD}{before}\n    {target} {ENCODED}\n", "CLP402")[1]
    assert mended.endswith(f"    with torch.no_grad():\n        {target} {ENCODED}\n")


@pytest.mark.parametrize(
    ("made", "is_safe"), [("stream(3)", False), ("sorted(paths)", True), ("[1, 2]", True)]
)
def test_what_unseen_code_made_may_take_gradients_as_it_is_gone_through(made: str, is_safe: bool) -> None:
    text = (
        f"from attacks import stream\n{HEAD}def look(paths):\n    pictures = {made}\n"
        "    print([model.encode_image(x).argmax().item() for x in pictures])\n"
    )
    assert (mend(text, "CLP402", unsafe=False)[1] != text) is is_safe


@pytest.mark.parametrize("call", ["np.asarray(rows)", "np.linalg.norm(rows)", "copy.deepcopy(rows)"])
@pytest.mark.parametrize(("kind", "is_kept"), [("RuntimeError", True), ("OSError", False)])
def test_a_library_that_refuses_a_graph_tells_of_one(call: str, kind: str, is_kept: bool) -> None:
    look = f"rows = model.encode_image(torch.zeros(1))\ntry:\n    print({call})\nexcept {kind}:\n    print('a graph')\n"
    text = f"import copy\n{HEAD}{look}"
    assert (mend(text, "CLP402")[1] == text) is is_kept


@pytest.mark.parametrize(
    ("around", "is_other"),
    [("if TYPE_CHECKING:", True), ("if flag:", True), ("try:", False), ("with quiet():", False)],
)
def test_a_module_that_is_imported_in_a_branch_is_imported_once_more(around: str, is_other: bool) -> None:
    handled = "except ImportError:\n    raise\n" if around == "try:" else ""
    text = (
        f'import clip\n\n{around}\n    import torch\n{handled}\nmodel, preprocess = clip.load("ViT-B/32")\n\n\n'
        "def look(x):\n    print(model.encode_image(x).argmax().item())\n"
    )
    mended = mend(text, "CLP402")[1]
    assert "    with torch.no_grad():\n" in mended
    assert mended.count("import torch\n") == 1 + is_other


def test_what_stands_in_the_same_branch_has_its_imports() -> None:
    text = (
        "import clip\n\nif clip:\n    import torch\n\n    model, preprocess = clip.load('ViT-B/32')\n"
        "    print(model.encode_image(x).argmax().item())\n"
    )
    mended = mend(text, "CLP402")[1]
    assert "    with torch.no_grad():\n" in mended
    assert mended.count("import torch\n") == 1


@pytest.mark.parametrize(
    ("line", "is_safe"),
    [
        ("print(head, ENCODED.tolist())", False),
        ("print(f'{head}', ENCODED.tolist())", False),
        ("print(ENCODED.tolist() == head)", False),
        ("print(head and ENCODED.tolist())", False),
        ("number = ENCODED.max().item() + head", False),
        ("print(head.name, ENCODED.tolist())", True),
        ("print(path, ENCODED.tolist())", True),
    ],
)
def test_operators_of_an_unseen_class_may_take_gradients(line: str, is_safe: bool) -> None:
    text = f"from somewhere import Head\n{HEAD}head = Head()\npath = Path('a')\n\n\ndef look(x):\n    {line.replace('ENCODED', ENCODED)}\n"
    text = "from pathlib import Path\n\n" + text
    assert (mend(text, "CLP402", unsafe=False)[1] != text) is is_safe


@pytest.mark.parametrize("target", ["head.row", "head['row']"])
def test_an_object_of_an_unseen_class_is_written_outside(target: str) -> None:
    text = f"from somewhere import Head\n{HEAD}head = Head()\n\n\ndef look(x):\n    {target} = {ENCODED}.tolist()\n"
    mended = mend(text, "CLP402")[1]
    assert mended.endswith(
        "    with torch.no_grad():\n        image_features = model.encode_image(x)\n"
        f"    {target} = image_features[0].detach().tolist()\n"
    )


@pytest.mark.parametrize("method", ["__getitem__(self, key)", "__add__(self, other)", "__str__(self)"])
@pytest.mark.parametrize(("body", "is_safe"), [("self.w.sum().backward()", False), ("return 'a'", True)])
def test_an_operator_of_the_program_may_take_gradients(method: str, body: str, is_safe: bool) -> None:
    own = f"class Head:\n    def {method}:\n        {body}\n\n\n"
    text = f"{HEAD}{own}def look(x):\n    print({ENCODED}.tolist())\n"
    assert (mend(text, "CLP402", unsafe=False)[1] != text) is is_safe


@pytest.mark.parametrize(
    ("call", "is_safe"),
    [
        ("list(map(pull, ROWS))", False),
        ("sorted(ROWS, key=pull)", False),
        ("list(map(of_others, ROWS))", False),
        ("sorted(ROWS, key=len)", True),
        ("list(map(str, ROWS))", True),
        ("list(map(second, ROWS))", True),
    ],
)
def test_a_function_that_is_handed_on_runs_there(call: str, is_safe: bool) -> None:
    own = "def pull(row):\n    return of_others(row)\n\n\ndef second(row):\n    return row[1]\n\n\n"
    text = f"from somewhere import of_others\n{HEAD}{own}def look(x):\n    print({call.replace('ROWS', 'model.encode_image(x).tolist()')})\n"
    mended = mend(text, "CLP402", unsafe=False)[1]
    assert (f"    with torch.no_grad():\n        print({call[:4]}" in mended) is is_safe


@pytest.mark.parametrize("method", ["register_forward_hook", "register_forward_pre_hook"])
def test_a_hook_sees_what_the_layers_make(method: str) -> None:
    text = f"{HEAD}model.visual.{method}(keep)\n\n\ndef look(x):\n    print(model.encode_image(x).tolist())\n"
    assert mend(text, "CLP402")[1] == text


def test_a_graph_may_be_looked_for_in_what_is_printed() -> None:
    text = f"{HEAD}rows = model.encode_image(x)\nprint('grad_fn' in str(rows))\n"
    assert mend(text, "CLP402")[1] == text


@pytest.mark.parametrize(
    ("loop", "is_kept"),
    [
        ("for _ in range(9)", True),
        ("for step in range(9)", True),
        ("for x in range(9)", False),
        ("for _ in rows", False),
    ],
)
def test_who_draws_the_same_again_wants_what_train_mode_draws(loop: str, is_kept: bool) -> None:
    text = (
        "import open_clip\nimport torch\n\nmodel, _, preprocess = open_clip.create_model_and_transforms('RN50', pretrained='cc12m')\n"
        f"with torch.no_grad():\n    print(torch.stack([model.encode_image(x) {loop}]).std(dim=0))\n"
    )
    assert (mend(text, "CLP401")[1] == text) is is_kept
