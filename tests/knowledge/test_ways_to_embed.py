"""Whatever library or service gives the vectors, the plain faults are found, and right programs left alone."""

from __future__ import annotations

import pytest
from ways import WAYS, Way

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

DIVIDED = {
    "torch": "    {0} = {0} / {0}.norm(dim=-1, keepdim=True)\n",
    "numpy": "    {0} = {0} / np.linalg.norm({0}, axis=-1, keepdims=True)\n",
}
SOFTMAX = {"torch": "({}).softmax(dim=-1)", "numpy": "softmax({}, axis=-1)"}
PLAIN = ["a photo of a lemon", "a photo of a spoon", "a photo of a chair"]
COUNTED = ["a photo of one lemon", "a photo of two lemons", "a photo of three lemons"]


def program(way: Way, labels: list[str], last: str) -> str:
    """A program that compares pictures with labels, and returns ``last``."""
    return (
        "import numpy as np\nimport torch\nfrom PIL import Image\nfrom scipy.special import softmax\n"
        f"{way.setup}\ntorch.set_grad_enabled(False)\npaths = ['a.jpg', 'b.jpg']\n"
        f"images = [Image.open(path).convert('RGB') for path in paths]\nLABELS = {labels!r}\n\n"
        f"def run():\n    pictures = {way.image}\n    texts = {way.text}\n"
        f"{DIVIDED[way.array].format('pictures')}{DIVIDED[way.array].format('texts')}"
        f"    scores = pictures @ texts.T\n    return {last}\n"
    )


def codes(text: str) -> set[str]:
    """What is found, notes included."""
    overrides = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))
    outcome = lint_text(text.encode(), "example.py", Configuration(overrides, "/nowhere", isolated=True), "/nowhere", isolated=True)  # fmt: skip
    assert not outcome.problems
    return {each.code for each in outcome.reported}


@pytest.mark.parametrize("name", WAYS)
def test_a_count_in_the_labels_is_found(name: str) -> None:
    assert "CLP101" in codes(program(WAYS[name], COUNTED, "scores.argmax(-1)"))


@pytest.mark.parametrize("name", WAYS)
def test_a_softmax_of_plain_cosines_is_found(name: str) -> None:
    way = WAYS[name]
    assert codes(program(way, PLAIN, SOFTMAX[way.array].format("scores"))) & {"CLP202", "CLP205"}


@pytest.mark.parametrize("name", WAYS)
def test_a_softmax_over_one_label_is_found(name: str) -> None:
    way = WAYS[name]
    assert "CLP204" in codes(program(way, PLAIN[:1], SOFTMAX[way.array].format("100.0 * scores")))


@pytest.mark.parametrize("name", WAYS)
def test_a_right_program_is_left_alone(name: str) -> None:
    way = WAYS[name]
    found = codes(program(way, PLAIN, SOFTMAX[way.array].format("100.0 * scores")))
    found -= {"CLP114"}  # the labels are English, whatever the model reads
    assert not {code for code in found if code.startswith("CLP1") or code in {"CLP307", "CLP402"}}
    assert not found & {"CLP201", "CLP202", "CLP203", "CLP204", "CLP208", "CLP209"}


SILENT = {
    "texts alone by fastembed": "from fastembed import TextEmbedding\nmodel = TextEmbedding('BAAI/bge-small-en-v1.5')\nvectors = list(model.embed(LABELS))\n",
    "texts alone by Cohere": "import cohere\nclient = cohere.ClientV2()\nvectors = client.embed(texts=LABELS, model='embed-v4.0', input_type='search_query').embeddings.float\n",
    "texts alone by Voyage": "import voyageai\nclient = voyageai.Client()\nvectors = client.embed(LABELS, model='voyage-3.5').embeddings\n",
    "texts alone by Nomic": "from nomic import embed\nvectors = embed.text(texts=LABELS, model='nomic-embed-text-v1.5')\n",
    "a text model of the hub": "from transformers import AutoTokenizer\nwords = AutoTokenizer.from_pretrained('nomic-ai/nomic-embed-text-v1.5')\nids = words(LABELS)\n",
    "texts alone by OpenAI": "from openai import OpenAI\nvectors = OpenAI().embeddings.create(model='text-embedding-3-small', input=LABELS).data\n",
    "texts alone by Jina": "import requests\nvectors = requests.post('https://api.jina.ai/v1/embeddings', json={'model': 'jina-embeddings-v3', 'input': LABELS}).json()\n",
    "texts alone by Infinity": "from infinity_emb import AsyncEmbeddingEngine, EngineArgs\nengine = AsyncEmbeddingEngine.from_args(EngineArgs(model_name_or_path='BAAI/bge-m3'))\nasync def run():\n    return await engine.embed(sentences=LABELS)\n",
    "texts alone by Titan": "import boto3, json\nclient = boto3.client('bedrock-runtime')\nanswer = client.invoke_model(modelId='amazon.titan-embed-text-v2:0', body=json.dumps({'inputText': LABELS[0]}))\n",
    "texts alone by Marqo": "import marqo\nclient = marqo.Client()\nfound = client.index('shop').search('two lemons without leaves')\n",
    "texts alone by haystack": "from haystack.components.embedders import SentenceTransformersTextEmbedder\nvector = SentenceTransformersTextEmbedder(model='intfloat/e5-base').run(text='two lemons')\n",
    "texts alone by txtai": "from txtai import Embeddings\nembeddings = Embeddings(path='sentence-transformers/nli-mpnet-base-v2')\nfound = embeddings.search('two lemons')\n",
    "another service": "import requests\nanswer = requests.post('https://example.org/clip', json={'text': LABELS}).json()\n",
    "another store of Amazon's": "import boto3\nclient = boto3.client('s3')\nclient.put_object(Body=LABELS[0])\n",
    "another registry": "from lancedb.embeddings import get_registry\nmodel = get_registry().get('sentence-transformers').create(name='BAAI/bge-small-en-v1.5')\nvectors = model.compute_query_embeddings('two lemons')\n",
    "another zoo's model": "import fiftyone.zoo as foz\nmodel = foz.load_zoo_model('resnet50-imagenet-torch')\nvectors = model.embed_prompts(LABELS)\n",
    "another model of LAVIS": "from lavis.models import load_model_and_preprocess\nmodel, sees, _ = load_model_and_preprocess('blip_caption', 'base_coco')\nmodel.extract_features({'text_input': LABELS})\n",
    "a name alone": "def run(model):\n    return model.embed(LABELS), model.get_text_embedding(LABELS), model.encode_text(LABELS), model.text_encoder(LABELS)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_embeds_texts_alone_or_something_else_is_left_alone(name: str) -> None:
    assert codes(f"LABELS = {COUNTED!r}\n{SILENT[name]}") == set()


def test_a_text_model_beside_its_image_model_is_compared_with_pictures() -> None:
    program = f"LABELS = {COUNTED!r}\n{SILENT['a text model of the hub']}image_model = 'nomic-ai/nomic-embed-vision-v1.5'\n"
    assert "CLP101" in codes(program)


def test_a_distance_of_vectors_that_a_service_does_not_normalise_is_told() -> None:
    way = WAYS["clip-as-service"]
    raw = program(way, PLAIN, "pictures @ texts.T").replace(DIVIDED["numpy"].format("pictures"), "").replace(DIVIDED["numpy"].format("texts"), "")  # fmt: skip
    assert "CLP201" in codes(raw)
    unit = WAYS["mlx_clip"]
    normal = program(unit, PLAIN, "pictures @ texts.T").replace(DIVIDED["numpy"].format("pictures"), "").replace(DIVIDED["numpy"].format("texts"), "")  # fmt: skip
    assert "CLP201" not in codes(normal)
