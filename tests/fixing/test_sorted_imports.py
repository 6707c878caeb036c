"""An import stands where the program's own sorter would put it."""

from __future__ import annotations

import pytest
from mended import mend

BODY = """

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
inputs = processor(images=None, return_tensors="pt")
print(model(**inputs).image_embeds.tolist())
"""
CLIP = "from transformers import CLIPModel, CLIPProcessor\n"


@pytest.mark.parametrize(
    "head",
    [
        "import os\nfrom pathlib import Path\n\nimport numpy as np\n<>from PIL import Image\n" + CLIP,
        "import os\nfrom pathlib import Path\n<>from PIL import Image\n" + CLIP,
        "from pathlib import Path\n<>from PIL import Image\n" + CLIP + "from helpers import show\n",
        "from pathlib import Path\n\nimport faiss\n<>from PIL import Image\n" + CLIP + "\nimport config\n",
        "import faiss\nimport PIL\n<>import zmq\n" + CLIP,
        "import json\n\nfrom fastapi import FastAPI\nimport numpy as np\n<>" + CLIP + "import zmq\n",
        "from pathlib import Path\nimport os\n\nfrom PIL import Image\n" + CLIP + "import faiss\n<>",
        "import zmq\nimport faiss\n<>" + CLIP + "import os\nfrom pathlib import Path\n",
    ],
)
def test_an_import_stands_where_the_order_of_the_others_has_it(head: str) -> None:
    text = head + BODY
    repair, mended = mend(text.replace("<>", ""), "CLP402")
    assert repair.fixed
    assert mended.startswith(head.replace("<>", "import torch\n"))
