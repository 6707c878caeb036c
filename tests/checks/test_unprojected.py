"""What towers give before their projection: compared with the other modality, or put to another use."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from sentence_transformers import util
from sklearn.metrics.pairwise import cosine_similarity
from transformers import CLIPModel, CLIPProcessor, CLIPTextModel, CLIPVisionModel, SiglipModel

name = "openai/clip-vit-base-patch32"
model = CLIPModel.from_pretrained(name)
processor = CLIPProcessor.from_pretrained(name)
texts = CLIPTextModel.from_pretrained(name).to("cuda").eval()
pictures = CLIPVisionModel.from_pretrained(name)
words = processor(text=["a fjord"], return_tensors="pt", padding=True)
pixels = processor(images=Image.open("a.jpg"), return_tensors="pt")
t, v = texts(**words), pictures(**pixels)
image = model.get_image_features(**pixels).pooler_output
text = model.get_text_features(**words).pooler_output
"""
ACROSS = [
    "F.cosine_similarity(t.pooler_output, v.pooler_output)",
    "t.pooler_output @ v.pooler_output.T",
    "t.last_hidden_state[:, 0] @ v.last_hidden_state[:, 0].T",
    "torch.matmul(t.last_hidden_state.mean(dim=1), v.last_hidden_state.mean(dim=1).t())",
    "F.normalize(image, dim=-1) @ F.normalize(t[1], dim=-1).T",
    "cosine_similarity(t.pooler_output.detach().numpy(), v.pooler_output.detach().numpy())",
    "util.cos_sim(text, v.pooler_output)",
    "np.dot(t.pooler_output.numpy() / np.linalg.norm(t.pooler_output.numpy()), image.numpy().T)",
    "F.cosine_similarity(model.vision_model(**pixels)[1], text)",
    "torch.cdist(t.pooler_output, image)",
]
WITHIN = [
    "F.cosine_similarity(t.pooler_output, t.pooler_output)",
    "v.pooler_output @ v.pooler_output.T",
    "model.text_projection(t.pooler_output) @ image.T",
    "F.cosine_similarity(torch.nn.Linear(768, 512)(v.pooler_output), text)",
    "t.pooler_output @ model.text_projection.weight.T",
    "(v.pooler_output @ weights) @ text.T",
    "(v.pooler_output + shift) @ text.T",
    "image @ text.T",
    "torch.cat([t.pooler_output, v.pooler_output], dim=-1)",
    "unet(noise, encoder_hidden_states=t.last_hidden_state)",
]


@pytest.mark.parametrize("use", ACROSS)
def test_two_modalities_meet_before_the_projection(use: str) -> None:
    assert len(told(f"{HEAD}print({use})", "CLP310")) == 1


@pytest.mark.parametrize("use", WITHIN)
def test_one_modality_or_a_projection_is_fine(use: str) -> None:
    assert told(f"{HEAD}print({use})", "CLP310") == []


def test_the_towers_of_siglip_end_in_the_shared_space() -> None:
    program = (
        f'{HEAD}s = SiglipModel.from_pretrained("google/siglip-base-patch16-224")\n'
        "print(s.vision_model(**pixels).pooler_output @ s.text_model(**words).pooler_output.T)\n"
    )
    assert told(program, "CLP310") == []


def test_a_tower_that_draws_is_no_use_of_clip() -> None:
    program = (
        "from transformers import CLIPTextModel\n"
        'encoder = CLIPTextModel.from_pretrained(folder, subfolder="text_encoder")\n'
        "print(encoder(tokens)[0])\n"
    )
    assert told(program, "CLP310") == []
