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
    "lavis": Way(
        "from lavis.models import load_model_and_preprocess\n"
        'model, sees, reads = load_model_and_preprocess("blip_feature_extractor", model_type="base", is_eval=True)\n',
        'model.extract_features({"image": torch.stack([sees["eval"](each) for each in images])}, mode="image").image_embeds_proj[:, 0, :]',
        'model.extract_features({"text_input": [reads["eval"](label) for label in LABELS]}, mode="text").text_embeds_proj[:, 0, :]',
        "torch",
    ),
    "uform": Way(
        "from uform import Modality, get_model\n"
        'processors, models = get_model("unum-cloud/uform3-image-text-english-base", modalities=[Modality.TEXT_ENCODER, Modality.IMAGE_ENCODER])\n',
        "models[Modality.IMAGE_ENCODER].encode(processors[Modality.IMAGE_ENCODER](images), return_features=True)[1]",
        "models[Modality.TEXT_ENCODER].encode(processors[Modality.TEXT_ENCODER](LABELS))",
    ),
    "perception_models": Way(
        "import core.vision_encoder.pe as pe\nimport core.vision_encoder.transforms as transforms\n"
        'model = pe.CLIP.from_config("PE-Core-B16-224", pretrained=True)\n'
        "prepare = transforms.get_image_transform(model.image_size)\nwords = transforms.get_text_tokenizer(model.context_length)\n",
        "model.encode_image(torch.stack([prepare(each) for each in images]))",
        "model.encode_text(words(LABELS))",
        "torch",
    ),
    "long-clip": Way(
        'from model import longclip\nmodel, prepare = longclip.load("longclip-B.pt", device="cpu")\n',
        "model.encode_image(torch.stack([prepare(each) for each in images]))",
        "model.encode_text(longclip.tokenize(LABELS))",
        "torch",
    ),
    "languagebind": Way(
        "from languagebind import LanguageBind, LanguageBindImageTokenizer, to_device\n"
        'model = LanguageBind(clip_type={"image": "LanguageBind_Image"})\nmodel.eval()\n'
        'words = LanguageBindImageTokenizer.from_pretrained("LanguageBind/LanguageBind_Image")\n',
        'model({"image": to_device(images, "cpu")})["image"]',
        'model({"language": to_device(words(LABELS, max_length=77, padding="max_length", truncation=True, return_tensors="pt"), "cpu")})["language"]',
        "torch",
    ),
    "keras_hub": Way(
        "import keras_hub\n"
        'model = keras_hub.models.CLIPBackbone.from_preset("clip_vit_base_patch16")\n'
        'prepare = keras_hub.models.CLIPPreprocessor.from_preset("clip_vit_base_patch16")\n'
        'shapes = keras_hub.layers.CLIPImageConverter.from_preset("clip_vit_base_patch16")\n',
        "np.array(model.get_vision_embeddings(shapes(images)))",
        'np.array(model.get_text_embeddings(prepare({"images": images, "prompts": LABELS})["token_ids"]))',
    ),
    "infinity": Way(
        "import asyncio\nfrom infinity_emb import AsyncEmbeddingEngine, EngineArgs\n"
        'engine = AsyncEmbeddingEngine.from_args(EngineArgs(model_name_or_path="wkcn/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M"))\n\n'
        "async def of_texts():\n    vectors, usage = await engine.embed(sentences=LABELS)\n    return np.array(vectors)\n\n"
        "async def of_images():\n    vectors, usage = await engine.image_embed(images=paths)\n    return np.array(vectors)\n",
        "asyncio.run(of_images())",
        "asyncio.run(of_texts())",
    ),
    "roboflow": Way(
        "from inference.models import Clip\nmodel = Clip()\n", "model.embed_image(images)", "model.embed_text(LABELS)"
    ),
    "roboflow's client": Way(
        'from inference_sdk import InferenceHTTPClient\nclient = InferenceHTTPClient(api_url="http://localhost:9001", api_key="")\n',
        'np.array([client.get_clip_image_embeddings(inference_input=path)["embeddings"][0] for path in paths])',
        'np.array(client.get_clip_text_embeddings(text=LABELS)["embeddings"])',
    ),
    "roboflow by address": Way(
        "import requests\nBASE = 'http://localhost:9001'\n",
        'np.array(requests.post(f"{BASE}/clip/embed_image?api_key=x", json={"image": [{"type": "url", "value": path} for path in paths]}).json()["embeddings"])',
        'np.array(requests.post(f"{BASE}/clip/embed_text?api_key=x", json={"text": LABELS}).json()["embeddings"])',
    ),
    "autodistill": Way(
        "from autodistill.detection import CaptionOntology\nfrom autodistill_clip import CLIP\n"
        'model = CLIP(ontology=CaptionOntology({"lemon": "lemon"}))\n',
        "np.concatenate([model.embed_image(path) for path in paths])",
        "np.concatenate([model.embed_text(label) for label in LABELS])",
    ),
    "haystack": Way(
        "from haystack import Document\nfrom haystack.components.embedders import SentenceTransformersTextEmbedder\n"
        "from haystack.components.embedders.image import SentenceTransformersDocumentImageEmbedder\n"
        'reads = SentenceTransformersTextEmbedder(model="sentence-transformers/clip-ViT-L-14")\nreads.warm_up()\n'
        'sees = SentenceTransformersDocumentImageEmbedder(model="sentence-transformers/clip-ViT-L-14")\n',
        'np.array([each.embedding for each in sees.run(documents=[Document(meta={"file_path": path}) for path in paths])["documents"]])',
        'np.array([reads.run(text=label)["embedding"] for label in LABELS])',
    ),
    "towhee": Way(
        "from towhee import ops\n"
        "sees = ops.image_text_embedding.clip(model_name='clip_vit_base_patch16', modality='image')\n"
        "reads = ops.image_text_embedding.clip(model_name='clip_vit_base_patch16', modality='text')\n",
        "np.stack([sees(each) for each in images])",
        "np.stack([reads(label) for label in LABELS])",
    ),
    "towhee's pipes": Way(
        "from towhee import ops, pipe\n"
        "sees = pipe.input('x').map('x', 'v', ops.image_text_embedding.clip(model_name='clip_vit_base_patch16', modality='image')).output('v')\n"
        "reads = pipe.input('x').map('x', 'v', ops.image_text_embedding.clip(model_name='clip_vit_base_patch16', modality='text')).output('v')\n",
        "np.stack([sees(each).get()[0] for each in images])",
        "np.stack([reads(label).get()[0] for label in LABELS])",
    ),
    "marqo": Way(
        "import marqo\nclient = marqo.Client(url='http://localhost:8882')\n"
        "client.create_index('shots', model='open_clip/ViT-B-32/laion2b_s34b_b79k', treat_urls_and_pointers_as_images=True)\n",
        "np.array(client.index('shots').embed(content=['http://x/a.jpg', 'http://x/b.jpg'])['embeddings'])",
        "np.array(client.index('shots').embed(content=LABELS)['embeddings'])",
    ),
    "cohere": Way(
        "import cohere\nclient = cohere.ClientV2()\n",
        'np.array(client.embed(images=paths, model="embed-v4.0", input_type="image", embedding_types=["float"]).embeddings.float)',
        'np.array(client.embed(texts=LABELS, model="embed-v4.0", input_type="search_query", embedding_types=["float"]).embeddings.float_)',
    ),
    "cohere's inputs": Way(
        "import cohere\nclient = cohere.ClientV2()\n\ndef ask(kind, values):\n"
        '    inputs = [{"content": [{"type": kind, kind: value}]} for value in values]\n'
        '    return np.array(client.embed(inputs=inputs, model="embed-v4.0", input_type="classification", embedding_types=["float"]).embeddings.float)\n',
        'np.array(client.embed(inputs=[{"content": [{"type": "image_url", "image_url": {"url": path}}]} for path in paths], model="embed-v4.0").embeddings.float)',
        'np.array(client.embed(inputs=[{"content": [{"type": "text", "text": label}]} for label in LABELS], model="embed-v4.0").embeddings.float)',
    ),
    "cohere in bedrock": Way(
        'import json\nimport boto3\nclient = boto3.client("bedrock-runtime")\n\ndef ask(**body):\n'
        '    answer = client.invoke_model(modelId="cohere.embed-v4:0", body=json.dumps({**body, "embedding_types": ["float"]}))\n'
        '    return np.array(json.loads(answer["body"].read())["embeddings"]["float"])\n',
        "ask(images=paths)",
        "ask(texts=LABELS)",
    ),
    "nova": Way(
        'import json\nimport boto3\nclient = boto3.client("bedrock-runtime")\n\ndef ask(part):\n'
        '    body = {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": part}\n'
        '    answer = client.invoke_model(modelId="amazon.nova-2-multimodal-embeddings-v1:0", body=json.dumps(body))\n'
        '    return json.loads(answer["body"].read())["embeddings"][0]["embedding"]\n',
        'np.array([ask({"image": {"format": "jpeg", "source": {"bytes": picture}}}) for picture in paths])',
        'np.array([ask({"text": {"value": label}}) for label in LABELS])',
    ),
    "vertex": Way(
        "from vertexai.vision_models import Image as Picture, MultiModalEmbeddingModel\n"
        'model = MultiModalEmbeddingModel.from_pretrained("multimodalembedding@001")\n',
        "np.array([model.get_embeddings(image=Picture.load_from_file(path)).image_embedding for path in paths])",
        "np.array([model.get_embeddings(contextual_text=label).text_embedding for label in LABELS])",
    ),
    "jina": Way(
        'import requests\n\ndef ask(items):\n    body = {"model": "jina-clip-v2", "input": items}\n'
        '    answer = requests.post("https://api.jina.ai/v1/embeddings", headers={}, json=body)\n'
        '    return np.array([each["embedding"] for each in answer.json()["data"]])\n',
        'ask([{"image": path} for path in paths])',
        'ask([{"text": label} for label in LABELS])',
    ),
    "jina by httpx": Way(
        'import httpx\nclient = httpx.Client()\n',
        'np.array([each["embedding"] for each in client.post("https://api.jina.ai/v1/embeddings", json={"model": "jina-clip-v1", "input": [{"url": path} for path in paths]}).json()["data"]])',
        'np.array([each["embedding"] for each in client.post("https://api.jina.ai/v1/embeddings", json={"model": "jina-clip-v1", "input": LABELS}).json()["data"]])',
    ),
    "openai's client": Way(
        'from openai import OpenAI\nclient = OpenAI(base_url="http://localhost:7997", api_key="x")\n',
        'np.array([each.embedding for each in client.embeddings.create(model="jinaai/jina-clip-v1", input=paths).data])',
        'np.array([each.embedding for each in client.embeddings.create(model="jinaai/jina-clip-v1", input=LABELS).data])',
    ),
    "replicate": Way(
        "import replicate\n",
        'np.array([replicate.run("krthr/clip-embeddings:1c0371", input={"image": path})["embedding"] for path in paths])',
        'np.array([replicate.run("krthr/clip-embeddings:1c0371", input={"text": label})["embedding"] for label in LABELS])',
    ),
    "replicate's lines": Way(
        "import replicate\n",
        'np.array([each["embedding"] for each in replicate.run("andreasjansson/clip-features:75b33f", input={"inputs": "http://x/a.jpg\\nhttp://x/b.jpg"})])',
        'np.array([each["embedding"] for each in replicate.run("andreasjansson/clip-features:75b33f", input={"inputs": "\\n".join(LABELS)})])',
    ),
    "azure": Way(
        "import requests\nENDPOINT = 'https://x.cognitiveservices.azure.com'\n\ndef ask(what, **body):\n"
        '    return requests.post(f"{ENDPOINT}/computervision/retrieval:vectorize{what}?api-version=2024-02-01", json=body).json()["vector"]\n',
        'np.array([requests.post(ENDPOINT + "/computervision/retrieval:vectorizeImage", json={"url": path}).json()["vector"] for path in paths])',
        'np.array([requests.post(f"{ENDPOINT}/computervision/retrieval:vectorizeText?api-version=2024-02-01", json={"text": label}).json()["vector"] for label in LABELS])',
    ),
    "azure's client": Way(
        "from azure.ai.inference import EmbeddingsClient, ImageEmbeddingsClient\nfrom azure.ai.inference.models import ImageEmbeddingInput\n"
        "sees = ImageEmbeddingsClient('https://x', None)\nreads = EmbeddingsClient('https://x', None)\n",
        'np.array([each.embedding for each in sees.embed(input=[ImageEmbeddingInput(image_url=path) for path in paths], model="cohere-embed-v3-english").data])',
        'np.array([each.embedding for each in reads.embed(input=LABELS, model="cohere-embed-v3-english").data])',
    ),
    "openvino": Way(
        "import openvino as ov\nfrom transformers import CLIPProcessor\ncore = ov.Core()\n"
        "sees = core.compile_model('image.xml', 'CPU')\nreads = core.compile_model('text.xml', 'CPU')\n"
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch16")\n',
        'sees(dict(processor(images=images, return_tensors="np")))["image_embeds"]',
        'reads(dict(processor(text=LABELS, return_tensors="np", padding=True, truncation=True)))[0]',
    ),
    "fiftyone": Way(
        'import fiftyone.zoo as foz\nmodel = foz.load_zoo_model("clip-vit-base32-torch")\n', "model.embed_images(images)", "model.embed_prompts(LABELS)"
    ),
    "nomic": Way(
        "from nomic import embed\n",
        'np.array(embed.image(images=paths, model="nomic-embed-vision-v1.5")["embeddings"])',
        'np.array(embed.text(texts=LABELS, model="nomic-embed-text-v1.5", task_type="search_query")["embeddings"])',
    ),
    "ruclip": Way(
        "import ruclip\nmodel, processor = ruclip.load('ruclip-vit-base-patch32-384', device='cpu')\npredictor = ruclip.Predictor(model, processor, 'cpu')\n",
        "predictor.get_image_latents(images)",
        "predictor.get_text_latents(LABELS)",
        "torch",
    ),
    "multilingual clip": Way(
        "import open_clip\nfrom multilingual_clip import pt_multilingual_clip\nfrom transformers import AutoTokenizer\n"
        "words = AutoTokenizer.from_pretrained('M-CLIP/LABSE-Vit-L-14')\n"
        "reads = pt_multilingual_clip.MultilingualCLIP.from_pretrained('M-CLIP/LABSE-Vit-L-14')\n"
        "sees, _, prepare = open_clip.create_model_and_transforms('ViT-L-14-quickgelu', pretrained='openai')\nsees.eval()\n",
        "sees.encode_image(torch.stack([prepare(each) for each in images]))",
        "reads.forward(LABELS, words)",
        "torch",
    ),
}  # fmt: skip
