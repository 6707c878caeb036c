"""Repairs that look past one statement: items prepared in several, pictures with more uses, results waited for, looked-up labels."""

from __future__ import annotations

import pytest
from mended import findings, mend

HEAD = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32")


"""

# --- items prepared in several statements


def loop(*preparing: str, rest: str = "", head: str = HEAD, encode: str = "model.encode_image(x)") -> str:
    lines = "".join(f"        {each}\n" for each in preparing)
    return (
        f"{head}def embed(paths):\n    rows = []\n    for path in paths:\n{lines}"
        f"        with torch.no_grad():\n            rows.append({encode})\n{rest}    return torch.cat(rows)\n"
    )


@pytest.mark.parametrize(
    "preparing",
    [
        ('image = Image.open(path).convert("RGB")', "x = preprocess(image).unsqueeze(0)"),
        ("image = Image.open(path)", "x = preprocess(image).unsqueeze(0)", 'x = x.to("cpu")'),
        ("image = Image.open(path)", "# one picture", "y = preprocess(image).unsqueeze(0)", "x = y / 2"),
        ("name = path.lower()", "image = Image.open(path)", "x = preprocess(image).unsqueeze(0)"),
    ],
)
def test_statements_that_prepare_an_item_gather_a_batch(preparing: tuple[str, ...]) -> None:
    gathered = "".join(f"            {each}\n" for each in (*preparing, "batch.append(x)"))
    assert mend(loop(*preparing), "CLP403")[1] == (
        f"{HEAD}def embed(paths):\n    rows = []\n    items = list(paths)\n"
        "    for start in range(0, len(items), 32):\n        batch = []\n"
        f"        for path in items[start : start + 32]:\n{gathered}        x = torch.cat(batch)\n"
        "        with torch.no_grad():\n            rows.append(model.encode_image(x))\n    return torch.cat(rows)\n"
    )


def test_a_processor_takes_the_gathered_items() -> None:
    head = (
        "import torch\nfrom PIL import Image\nfrom transformers import CLIPModel, CLIPProcessor\n\n"
        'model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\n'
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\n\n\n'
    )
    left = mend(
        loop(
            "image = Image.open(path)",
            'image = image.convert("RGB")',
            'inputs = processor(images=image, return_tensors="pt")',
            head=head,
            encode="model.get_image_features(**inputs).pooler_output",
        ),
        "CLP403",
    )[1]
    assert (
        "            image = Image.open(path)\n"
        '            image = image.convert("RGB")\n'
        "            batch.append(image)\n"
        '        inputs = processor(images=batch, return_tensors="pt")\n'
    ) in left


@pytest.mark.parametrize(
    ("preparing", "rest"),
    [
        (("image = Image.open(path)", "x = preprocess(image).unsqueeze(0)"), "        print(path)\n"),
        (("image = Image.open(path)", "x = preprocess(image).unsqueeze(0)"), "        image.close()\n"),
        (("image = Image.open(path)", "image.load()", "x = preprocess(image).unsqueeze(0)"), ""),
        (("x = preprocess(Image.open(path))", "x = x.unsqueeze(0)[0]", "x = x[None]"), ""),
        (("image = Image.open(path)", "x = preprocess(image).unsqueeze(0)", "x = x + len(rows)"), ""),
        (
            ("image = Image.open(path)", "x = preprocess(image).unsqueeze(0) * step"),
            "        step = step * 2\n",
        ),
        (("image = Image.open(path)", "count = count + 1", "x = preprocess(image).unsqueeze(0) * count"), ""),
    ],
)
def test_items_that_are_used_beside_or_hang_together_stay(preparing: tuple[str, ...], rest: str) -> None:
    program = loop(*preparing, rest=rest)
    assert mend(program, "CLP403")[1] == program


@pytest.mark.parametrize(
    ("preparing", "encode"),
    [
        (
            ("image = Image.open(path)", "wide = image.width", "x = preprocess(image).unsqueeze(0)"),
            "model.encode_image(x) * wide",
        ),
        (
            ("image = Image.open(path)", "y = preprocess(image).unsqueeze(0)", "x = y.flatten(0, 1)"),
            "model.encode_image(x)",
        ),
        (
            ("image = Image.open(path)", "x = preprocess(image)", "x = x.reshape(1, 3, 224, 224)"),
            "model.encode_image(x)",
        ),
    ],
)
def test_values_of_one_item_that_are_no_rows_stay(preparing: tuple[str, ...], encode: str) -> None:
    program = loop(*preparing, encode=encode)
    assert findings(program, "CLP403")
    assert mend(program, "CLP403")[1] == program


# --- pictures that are shown as well, and helpers that get both orders of colours

CAMERA = HEAD + "import cv2\nimport numpy as np\n\nok, frame = cv2.VideoCapture(0).read()\n"
ENCODE = "features = model.encode_image(preprocess(image).unsqueeze(0))\n"


@pytest.mark.parametrize("other", ["cv2.imshow('a', np.asarray(image))\n", "image.save('a.png')\n"])
def test_the_model_gets_a_picture_of_its_own(other: str) -> None:
    left = mend(CAMERA + "image = Image.fromarray(frame)\n" + ENCODE + other, "CLP303")[1]
    assert left == (
        f"{CAMERA}image = Image.fromarray(frame)\n"
        "rgb_image = Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))\n"
        f"{ENCODE.replace('(image)', '(rgb_image)')}{other}"
    )


@pytest.mark.parametrize(
    ("between", "after"),
    [
        ("image.paste(0)\n", "image.save('a.png')\n"),
        ("", "image = image.rotate(90)\nimage.save('a.png')\n"),
        ("", "def again():\n    return image.size\n"),
    ],
)
def test_a_picture_that_may_change_stays(between: str, after: str) -> None:
    program = CAMERA + "image = Image.fromarray(frame)\n" + between + ENCODE + after
    assert findings(program, "CLP303")
    assert mend(program, "CLP303")[1] == program


HELPER = "def to_pil(array):\n    return Image.fromarray(array)\n\n\n"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (
            "rgb = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)\nb = model.encode_image(preprocess(to_pil(rgb)).unsqueeze(0))\n",
            "cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)",
        ),
        (
            "b = model.encode_image(preprocess(to_pil(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))).unsqueeze(0))\n",
            "cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)",
        ),
        ("b = to_pil(load())\n", "frame"),
        ("b = to_pil(cv2.cvtColor(frame, cv2.COLOR_BGR2HSV))\n", "frame"),
    ],
)
def test_callers_convert_where_others_do_so_already(given: str, left: str) -> None:
    program = CAMERA + HELPER + "a = model.encode_image(preprocess(to_pil(frame)))\n" + given
    assert mend(program, "CLP303")[1] == program.replace(
        "preprocess(to_pil(frame))", f"preprocess(to_pil({left}))"
    )


@pytest.mark.parametrize(
    "use",
    [
        "rows.append(model.encode_image(preprocess(Image.fromarray({})).unsqueeze(0).to('cuda')))",
        "rows[0] = model.encode_image(\n    preprocess(Image.fromarray({})).unsqueeze(0).to('cuda').half().contiguous()\n)",
        "print(len(rows), model.encode_image(preprocess(Image.fromarray({})).unsqueeze(0)).shape[0])",
    ],
)
def test_a_picture_is_converted_on_a_line_of_its_own_where_the_line_is_full(use: str) -> None:
    program = CAMERA + "rows = [0]\n" + use.format("frame") + "\nprint(frame.shape)\n"
    made = "rgb_frame = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)\n" + use.format("rgb_frame")
    assert mend(program, "CLP303")[1] == CAMERA + f"rows = [0]\n{made}\nprint(frame.shape)\n"


def test_what_may_not_run_is_converted_where_it_stands() -> None:
    use = "rows = rows or model.encode_image(preprocess(Image.fromarray({})).unsqueeze(0).to('cuda'))\n"
    program = CAMERA + "rows = None\n" + use.format("frame")
    assert "Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))" in mend(program, "CLP303")[1]


# --- what is waited for

WAITING = (
    HEAD
    + "async def load(path):\n    return preprocess(Image.open(path)).unsqueeze(0)\n\n\nasync def embed(path):\n    {}\n"
)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("return model.encode_image({}).detach().numpy()", "image"),
        ("row = model.encode_image({}).tolist()\n    return row", "image"),
        ("print(model.encode_text({}).tolist())", "inputs"),
    ],
)
def test_what_is_waited_for_comes_first(line: str, left: str) -> None:
    first, _, more = line.partition("\n")
    program = WAITING.format(line.format("await load(path)"))
    assert mend(program, "CLP402", unsafe=False)[1] == WAITING.format(
        f"{left} = await load(path)\n    with torch.no_grad():\n        {first.format(left)}"
        + (f"\n{more}" if more else "")
    )


@pytest.mark.parametrize(
    "line",
    [
        "return [model.encode_image(await load(each)).tolist() for each in path]",
        "return path and model.encode_image(await load(path)).tolist()",
        "return open(path), model.encode_image(await load(path)).tolist()",
        "return model.encode_image(await load(path)).tolist(), await load(path)",
        "return model.encode_image((await load(path))[0]).tolist()",
    ],
)
def test_what_waits_in_another_order_stays(line: str) -> None:
    program = WAITING.format(line)
    assert mend(program, "CLP402")[1] == program


# --- labels that are looked up

TABLE = 'NAMES = {}\ntokens = clip.tokenize([f"a photo of a {{{}}}" for i in range(2)])\nwith torch.no_grad():\n    model.encode_text(tokens)\n'


@pytest.mark.parametrize("table", ['{0: "traffic_light", 1: "stop_sign"}', '["traffic_light", "stop_sign"]'])
def test_labels_that_are_looked_up_become_words(table: str) -> None:
    left = mend(HEAD + TABLE.format(table, "NAMES[i]"), "CLP112")[1]
    assert left == HEAD + TABLE.format(table, "NAMES[i].replace('_', ' ')")


@pytest.mark.parametrize(
    ("more", "entry"),
    [
        ("NAMES[0] = 1\n", "NAMES[i]"),
        ("NAMES.update(load())\n", "NAMES[i]"),
        ("fill(NAMES)\n", "NAMES[i]"),
        ("", "NAMES[i]=}"),
    ],
)
def test_tables_that_may_hold_more_stay(more: str, entry: str) -> None:
    program = HEAD + more + TABLE.format('{0: "traffic_light", 1: "stop_sign"}', entry.rstrip("}"))
    assert mend(program, "CLP112")[1] == program


# --- the first field of a tower with its projection

TOWERS = """\
import torch
from PIL import Image
from transformers import CLIPProcessor, CLIPTextModelWithProjection, CLIPVisionModelWithProjection

name = "openai/clip-vit-base-patch32"
vision = CLIPVisionModelWithProjection.from_pretrained(name)
text = CLIPTextModelWithProjection.from_pretrained(name)
processor = CLIPProcessor.from_pretrained(name)
with torch.no_grad():
    image_embeds = vision(**processor(images=Image.open("0.jpg"), return_tensors="pt")){}
    text_embeds = text(**processor(text=["a dog", "a cat"], return_tensors="pt", padding=True)){}
    print(image_embeds @ text_embeds.T)
"""


@pytest.mark.parametrize("field", [("[0]", "[0]"), ('["image_embeds"]', "[0]"), ("[0]", ".text_embeds")])
def test_vectors_taken_by_their_position_are_normalised_too(field: tuple[str, str]) -> None:
    program = TOWERS.format(*field)
    assert len(findings(program, "CLP201")) == 1
    left = mend(program, "CLP201")[1]
    assert left != program
    assert not findings(left, "CLP201")


@pytest.mark.parametrize("field", ["[1]", "[-1]"])
def test_other_fields_are_no_vectors(field: str) -> None:
    assert not findings(TOWERS.format(field, field), "CLP201")
