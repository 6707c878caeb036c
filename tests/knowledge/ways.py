"""Ways to get vectors of pictures and texts, one for each library or service: how a program sets it up, and how it calls it.

`LABELS` is a list of texts, `paths` a list of file names, `images` a list of opened pictures.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """``setup`` and the two expressions; ``array`` is torch or numpy, as the vectors are."""

    setup: str
    image: str
    text: str
    array: str = "numpy"


_HF = "from transformers import {0}, {1}\nmodel = {0}.from_pretrained({2!r})\nprocessor = {1}.from_pretrained({2!r})\n"
_IMAGES = 'processor(images=images, return_tensors="pt")'
_TEXTS = 'processor(text=LABELS, return_tensors="pt", padding="max_length", truncation=True)'


def _dual(
    model: str, processor: str, checkpoint: str, after: str = ".pooler_output", what: str = "image"
) -> Way:
    """A model of Transformers with both towers."""
    given = _IMAGES if what == "image" else _IMAGES.replace("images=images", f"{what}s=images")
    return Way(
        _HF.format(model, processor, checkpoint),
        f"model.get_{what}_features(**{given}){after}",
        f"model.get_text_features(**{_TEXTS}){after}",
        "torch",
    )


def _towers(image: str, text: str, processor: str, checkpoint: str, fields: tuple[str, str]) -> Way:
    """Two classes of one tower each."""
    return Way(
        f"from transformers import {image}, {text}, {processor}\n"
        f"sees = {image}.from_pretrained({checkpoint!r})\nreads = {text}.from_pretrained({checkpoint!r})\n"
        f"processor = {processor}.from_pretrained({checkpoint!r})\n",
        f"sees(**{_IMAGES}).{fields[0]}",
        f"reads(**{_TEXTS}).{fields[1]}",
        "torch",
    )


_OLD = '"np", padding="max_length", truncation=True'
WAYS = {
    "align": _dual("AlignModel", "AlignProcessor", "kakaobrain/align-base"),
    "blip": _dual("BlipModel", "BlipProcessor", "Salesforce/blip-itm-base-coco"),
    "groupvit": _dual("GroupViTModel", "AutoProcessor", "nvidia/groupvit-gcc-yfcc"),
    "clipseg": _dual("CLIPSegModel", "CLIPSegProcessor", "CIDAS/clipseg-rd64-refined"),
    "aimv2": _dual("Aimv2Model", "AutoProcessor", "apple/aimv2-large-patch14-224-lit-clip"),
    "clap": _dual("ClapModel", "ClapProcessor", "laion/larger_clap_general", what="audio"),
    "clap by AutoModel": _dual("AutoModel", "AutoProcessor", "laion/clap-htsat-fused", what="audio"),
    "x-clip": _dual("XCLIPModel", "XCLIPProcessor", "microsoft/xclip-base-patch32", what="video"),
    "videoprism": _dual("VideoPrismClipModel", "AutoProcessor", "google/videoprism-lvt-base-f16r288", what="video"),
    "flava": _dual("FlavaModel", "FlavaProcessor", "facebook/flava-full", ".pooler_output[:, 0, :]"),
    "flava by AutoModel": _dual("AutoModel", "AutoProcessor", "facebook/flava-full", ".pooler_output[:, 0]"),
    "clip towers": _towers(
        "CLIPVisionModelWithProjection", "CLIPTextModelWithProjection", "CLIPProcessor", "openai/clip-vit-base-patch16",
        ("image_embeds", "text_embeds"),
    ),
    "siglip towers": _towers(
        "SiglipVisionModel", "SiglipTextModel", "SiglipProcessor", "google/siglip-base-patch16-384", ("pooler_output", "pooler_output")
    ),
    "siglip 2 towers": _towers(
        "Siglip2VisionModel", "Siglip2TextModel", "Siglip2Processor", "google/siglip2-base-patch16-naflex", ("pooler_output", "pooler_output")
    ),
    "clap towers": _towers(
        "ClapAudioModelWithProjection", "ClapTextModelWithProjection", "ClapProcessor", "laion/clap-htsat-unfused", ("audio_embeds", "text_embeds")
    ),
    "flax": Way(
        _HF.format("FlaxCLIPModel", "CLIPProcessor", "openai/clip-vit-large-patch14"),
        'model.get_image_features(**processor(images=images, return_tensors="np"))',
        f"model.get_text_features(**processor(text=LABELS, return_tensors={_OLD}))",
    ),
    "tensorflow": Way(
        _HF.format("TFCLIPModel", "CLIPProcessor", "openai/clip-vit-large-patch14"),
        'model.get_image_features(**processor(images=images, return_tensors="tf")).numpy()',
        f"model.get_text_features(**processor(text=LABELS, return_tensors={_OLD})).numpy()",
    ),
    "jina-clip": Way(
        'from transformers import AutoModel\nmodel = AutoModel.from_pretrained("jinaai/jina-clip-v2", trust_remote_code=True)\n',
        "model.encode_image(paths)",
        "model.encode_text(LABELS)",
    ),
    "eva-clip": Way(
        "from transformers import AutoModel, CLIPImageProcessor, CLIPTokenizer\n"
        'model = AutoModel.from_pretrained("BAAI/EVA-CLIP-18B", trust_remote_code=True).eval()\n'
        'prepare = CLIPImageProcessor.from_pretrained("openai/clip-vit-large-patch14")\n'
        'words = CLIPTokenizer.from_pretrained("BAAI/EVA-CLIP-18B")\n',
        'model.encode_image(prepare(images=images, return_tensors="pt").pixel_values)',
        'model.encode_text(words(LABELS, return_tensors="pt", padding=True, truncation=True).input_ids)',
        "torch",
    ),
    "fastembed": Way(
        "from fastembed import ImageEmbedding, TextEmbedding\n"
        'sees = ImageEmbedding(model_name="Qdrant/clip-ViT-B-32-vision")\nreads = TextEmbedding(model_name="Qdrant/clip-ViT-B-32-text")\n',
        "np.stack(list(sees.embed(paths)))",
        "np.stack([vector for vector in reads.embed(LABELS)])",
    ),
    "mlx_clip": Way(
        'from mlx_clip import mlx_clip\nmodel = mlx_clip("weights")\n',
        "np.array([model.image_encoder(path) for path in paths])",
        "np.array([model.text_encoder(label) for label in LABELS])",
    ),
    "clip-as-service": Way(
        'from clip_client import Client\nclient = Client("grpc://clip:51000")\n', 'client.encode(["one.png", "two.png"])', "client.encode(LABELS)"
    ),
    "txtai": Way(
        'from txtai import Embeddings\nembeddings = Embeddings(path="sentence-transformers/clip-ViT-B-16")\n',
        "np.stack([embeddings.transform(image) for image in images])",
        "embeddings.batchtransform(LABELS)",
    ),
    "laion_clap": Way(
        "import laion_clap\nmodel = laion_clap.CLAP_Module(enable_fusion=True)\nmodel.load_ckpt()\n",
        "model.get_audio_embedding_from_data(x=images)",
        "model.get_text_embedding(LABELS)",
    ),
    "voyage": Way(
        "import voyageai\nclient = voyageai.Client()\n",
        'np.array(client.multimodal_embed(inputs=[[image] for image in images], model="voyage-multimodal-3.5").embeddings)',
        'np.array(client.multimodal_embed(inputs=[[label] for label in LABELS], model="voyage-multimodal-3.5").embeddings)',
    ),
    "voyage by address": Way(
        "import requests\n\ndef ask(inputs):\n"
        '    body = {"inputs": inputs, "model": "voyage-multimodal-3"}\n'
        '    answer = requests.post("https://api.voyageai.com/v1/multimodalembeddings", json=body)\n'
        '    return np.array([each["embedding"] for each in answer.json()["data"]])\n',
        'ask([{"content": [{"type": "image_url", "image_url": path}]} for path in paths])',
        'ask([{"content": [{"type": "text", "text": label}]} for label in LABELS])',
    ),
    "titan": Way(
        'import json\nimport boto3\nclient = boto3.client("bedrock-runtime")\n\ndef ask(body):\n'
        '    answer = client.invoke_model(modelId="amazon.titan-embed-image-v1", body=json.dumps(body))\n'
        '    return json.loads(answer["body"].read())["embedding"]\n',
        'np.array([ask({"inputImage": picture}) for picture in paths])',
        'np.array([ask({"inputText": label}) for label in LABELS])',
    ),
    "llama-index": Way(
        "from llama_index.embeddings.clip import ClipEmbedding\nmodel = ClipEmbedding()\n",
        "np.array(model.get_image_embedding_batch(paths))",
        "np.array([model.get_text_embedding(label) for label in LABELS])",
    ),
    "langchain": Way(
        "from langchain_experimental.open_clip import OpenCLIPEmbeddings\n"
        'model = OpenCLIPEmbeddings(model_name="ViT-B-32", checkpoint="laion2b_s34b_b79k")\n',
        "np.array(model.embed_image(paths))",
        "np.array([model.embed_query(label) for label in LABELS])",
    ),
    "chroma": Way(
        "from chromadb.utils.embedding_functions import OpenCLIPEmbeddingFunction\nembed = OpenCLIPEmbeddingFunction()\n",
        "np.array(embed(images))",
        "np.array(embed(LABELS))",
    ),
    "lancedb": Way(
        'from lancedb.embeddings import get_registry\nmodel = get_registry().get("open-clip").create(name="ViT-B-16")\n',
        "np.array(model.compute_source_embeddings(paths))",
        "np.array([model.compute_query_embeddings(label)[0] for label in LABELS])",
    ),
}  # fmt: skip
