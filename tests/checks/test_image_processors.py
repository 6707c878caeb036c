"""An image processor takes no text, whatever it is handed."""

from __future__ import annotations

import pytest

from clip_lint import lint_source

PROGRAM = """
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoProcessor, SiglipModel
model = SiglipModel.from_pretrained("google/siglip2-so400m-patch16-512").eval()
processor = {made}.from_pretrained("google/siglip2-so400m-patch16-512")
with torch.no_grad():
    inputs = processor(text=["a tug"], images=Image.open("a.jpg"), return_tensors="pt")
    print(model.get_image_features(**inputs).pooler_output)
"""


@pytest.mark.parametrize(("made", "codes"), [("AutoImageProcessor", set()), ("AutoProcessor", {"CLP302"})])
@pytest.mark.usefixtures("nothing_around")
def test_who_takes_no_text_pads_none(made: str, codes: set[str]) -> None:
    found = lint_source(PROGRAM.format(made=made))
    assert {each.code for each in found.findings} & {"CLP302"} == codes
