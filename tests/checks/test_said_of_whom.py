"""A message says of a checkpoint what is true of that one: not what is true of OpenAI's ViT-B/32, or of whatever takes a softmax."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint_text
from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.report.answers import as_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

HEAD = "import clip\nimport open_clip\nimport torch\nfrom transformers import AutoModel, AutoTokenizer, pipeline\n"


def found(program: str, code: str) -> list[Finding]:
    configuration = Configuration(Overrides({"min_severity": Severity.NOTE}), "/nowhere", isolated=True)
    outcome = lint_text((HEAD + program).encode(), "program.py", configuration, "/nowhere", isolated=True)
    return [each for each in outcome.reported if each.code == code]


@pytest.mark.parametrize(
    ("checkpoint", "told"),
    [
        ("openai/clip-vit-base-patch32", "a softmax splits the probability between the two"),
        ("google/siglip-base-patch16-224", "the two get the same score"),
        ("google/siglip2-base-patch16-224", "the two get the same score"),
    ],
)
def test_labels_share_a_probability_where_a_softmax_makes_it(checkpoint: str, told: str) -> None:
    program = f"ask = pipeline('zero-shot-image-classification', model='{checkpoint}')\nask('a.jpg', candidate_labels=['a mill', 'a barn', 'a mill'])\n"
    [finding] = found(program, "CLP116")
    assert told in finding.message


SIGLIP = """
model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-16-SigLIP", pretrained="webli")
model.eval()
words = open_clip.get_tokenizer("ViT-B-16-SigLIP")
with torch.no_grad():
    picture = model.encode_image(preprocess(photo).unsqueeze(0), normalize=True)
    cosines = picture @ model.encode_text(words(["a mill", "a barn"]), normalize=True).T
    print(({scores}).softmax(dim=-1))
"""


@pytest.mark.parametrize(
    ("scores", "is_flat"),
    [
        ("cosines", True),
        ("cosines * model.logit_scale.exp()", False),
        ("cosines * model.logit_scale.exp() + model.logit_bias", False),
    ],
)
def test_a_softmax_of_siglips_cosines_is_flat_and_one_of_its_logits_is_not(
    scores: str, *, is_flat: bool
) -> None:
    [finding] = found(SIGLIP.format(scores=scores), "CLP205")
    assert ("far too equal" in finding.message) is is_flat
    assert ("shares out one probability" in finding.message) is not is_flat


CUT = """
model = AutoModel.from_pretrained("{name}")
tokenizer = AutoTokenizer.from_pretrained("{name}")
def embed(text):
    tokens = tokenizer(text, padding="max_length", max_length=99, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        return model.get_text_features(input_ids=tokens[:, :50])
print(embed(input()))
"""


@pytest.mark.parametrize(
    ("name", "told", "advice"),
    [
        ("openai/clip-vit-base-patch32", "reads the embedding off that token", "`truncation=True` keeps"),
        ("google/siglip-base-patch16-224", "taken at the last position", "`truncation=True` keeps"),
        ("OFA-Sys/chinese-clip-vit-base-patch16", "on texts that have one", "with `max_length` keeps"),
        ("BAAI/AltCLIP", "on texts that have one", "with `max_length` keeps"),
        ("jinaai/jina-clip-v2", "on texts that have one", "with `max_length` keeps"),
    ],
)
def test_what_a_lost_end_token_does_depends_on_where_the_embedding_is_taken(
    name: str, told: str, advice: str
) -> None:
    [finding] = found(CUT.format(name=name), "CLP305")
    assert told in finding.message
    assert advice in finding.help


def test_openais_tokenizer_is_told_to_cut_in_its_own_words() -> None:
    program = "model, preprocess = clip.load('ViT-B/32')\nwith torch.no_grad():\n    print(model.encode_text(clip.tokenize(input(), 200)[:, :77]))\n"
    [finding] = found(program, "CLP305")
    assert "`truncate=True`" in finding.help


SPACES = """
left, _, preprocess = open_clip.create_model_and_transforms("{pictures[0]}", pretrained="{pictures[1]}")
right = open_clip.create_model("{texts[0]}", pretrained="{texts[1]}")
with torch.no_grad():
    picture = left.eval().encode_image(preprocess(photo).unsqueeze(0))
    text = right.eval().encode_text(open_clip.get_tokenizer("{texts[0]}")(["a mill"]))
    print(torch.cosine_similarity(picture, text))
"""
B32, H14 = ("ViT-B-32", "laion2b_s34b_b79k"), ("ViT-H-14", "laion2b_s32b_b79k")


@pytest.mark.parametrize(
    ("pictures", "texts", "is_told"),
    [
        (B32, ("ViT-B-32", "datacomp_xl_s13b_b90k"), True),
        (B32, ("ViT-B-16", "laion2b_s34b_b88k"), True),
        (("ViT-L-14-336", "openai"), ("ViT-L-14", "laion2b_s32b_b82k"), True),
        (("ViT-L-14-336", "openai"), ("ViT-L-14", "openai"), False),
        (("ViT-H-14-quickgelu", "dfn5b"), ("ViT-H-14-378-quickgelu", "dfn5b"), False),
        (("ViT-B-16-SigLIP", "webli"), ("ViT-B-16-SigLIP-384", "webli"), False),
        (H14, ("xlm-roberta-large-ViT-H-14", "frozen_laion5b_s13b_b90k"), False),
        (B32, ("xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k"), True),
        (H14, ("nllb-clip-large", "v1"), False),
        (B32, ("ViT-B-32", "weights/whose.pt"), False),
        (B32, ("ViT-B-16", "whose.bin"), False),
    ],
)
def test_what_was_trained_on_from_another_shares_its_space(
    pictures: tuple[str, str], texts: tuple[str, str], *, is_told: bool
) -> None:
    assert bool(found(SPACES.format(pictures=pictures, texts=texts), "CLP301")) is is_told


@pytest.mark.parametrize(
    ("checkpoint", "is_advised"),
    [
        ("openai/clip-vit-base-patch32", True),
        ("google/siglip-so400m-patch14-384", False),
        ("google/siglip2-base-patch16-224", True),
    ],
)
def test_nobody_is_advised_to_take_the_model_that_is_in_use(checkpoint: str, *, is_advised: bool) -> None:
    labels = ["Audi A4", "BMW X5", "Ford Focus", "Honda Civic"]
    program = f"ask = pipeline('zero-shot-image-classification', model='{checkpoint}')\nask('a.jpg', candidate_labels={labels})\n"
    [finding] = found(program, "CLP105")
    assert ("use a larger model" in finding.help) is is_advised


@pytest.mark.parametrize(
    ("checkpoint", "text", "is_poor"),
    [
        ("openai/clip-vit-base-patch32", "three dogs", True),
        ("openai/clip-vit-base-patch32", "a cat to the left of a dog", True),
        ("openai/clip-vit-base-patch32", "a red car and a blue truck", True),
        ("jinaai/jina-embeddings-v5-omni-small", "three dogs", False),
        ("jinaai/jina-embeddings-v5-omni-small", "a cat to the left of a dog", True),
        ("LCO-Embedding/LCO-Embedding-Omni-7B", "a cat to the left of a dog", False),
        ("LCO-Embedding/LCO-Embedding-Omni-7B", "a red car and a blue truck", False),
    ],
)
def test_nothing_is_called_poor_with_a_figure_that_says_the_contrary(
    checkpoint: str, text: str, *, is_poor: bool
) -> None:
    given = answer(Request((text,), model=checkpoint))
    [finding] = given.findings
    assert ("; most CLIPs are poor at this, but" in finding.message) is not is_poor
    assert ("CLIP is poor at" in finding.message or "CLIP often" in finding.message) is is_poor


def test_of_a_checkpoint_nobody_knows_no_language_is_said() -> None:
    given = answer(Request(("ein Hund auf der Wiese",), model="somebody/an-embedder"))
    [finding] = given.findings
    assert finding.severity is Severity.NOTE
    assert "nothing is known here of captions in it" in finding.message


@pytest.mark.parametrize(
    ("architecture", "weights", "told"),
    [
        ("ViT-B-32", "laion400m_e32", "open_clip only warns"),
        ("ViT-B-32", "weights/negclip.pth", "open_clip does not warn of a file"),
        ("ViT-B-32-quickgelu", "laion2b_s34b_b79k", "open_clip has no such pair, so this raises an error"),
        (
            "ViT-L-14-quickgelu",
            "datacomp_xl_s13b_b90k",
            "open_clip has no such pair, so this raises an error",
        ),
        ("ViT-B-32-quickgelu", "laion2b_of_ours.pt", "open_clip does not warn of a file"),
    ],
)
def test_open_clip_warns_of_tags_that_it_knows_for_the_architecture(
    architecture: str, weights: str, told: str
) -> None:
    [finding] = found(f"model = open_clip.create_model({architecture!r}, {weights!r})\n", "CLP306")
    assert finding.message.endswith(told)


@pytest.mark.parametrize(
    ("index", "told"),
    [
        ("0", "`[0]` silently gives the hidden states"),
        (":2", "an index picks one of its fields"),
        (":, 0", "this raises an error"),
        ("0, :10", "this raises an error"),
        ("None", "this raises an error"),
    ],
)
def test_an_output_object_takes_the_index_of_a_tuple(index: str, told: str) -> None:
    program = f"# transformers>=5\nmodel = AutoModel.from_pretrained('openai/clip-vit-base-patch32')\nprint(model.get_image_features(pixels)[{index}])\n"
    [finding] = found(program, "CLP307")
    assert told in finding.message


MEAN = """
model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    picture = model.encode_image(preprocess(photo).unsqueeze(0))
    picture = picture / picture.norm(dim=-1, keepdim=True)
    rows = []
    for name in ("fern", "moss"):
        vectors = model.encode_text(clip.tokenize(["a photo of " + name, "a drawing of " + name]))
        {normalised}
        rows.append(vectors.mean(dim=0))
    print((picture @ torch.stack(rows).T).argmax())
"""


@pytest.mark.parametrize(
    ("normalised", "told"),
    [
        ("vectors = vectors / vectors.norm(dim=-1, keepdim=True)", "its length is below 1"),
        ("pass", "the mean keeps a length"),
    ],
)
def test_a_mean_is_short_of_vectors_of_length_one_only(normalised: str, told: str) -> None:
    [finding] = found(MEAN.format(normalised=normalised), "CLP210")
    assert told in finding.message


READ = """
model = open_clip.create_model("{name}", pretrained="{weights}")
words = open_clip.get_tokenizer("{name}")
with torch.no_grad():
    print(model.encode_text(words({texts}), normalize=True))
"""
B16_SIGLIP = ("ViT-B-16-SigLIP", "webli")


@pytest.mark.parametrize(
    ("model", "is_told"),
    [
        (B32, True),
        (B16_SIGLIP, False),
        (("ViT-B-16-SigLIP2", "webli"), False),
        (("nllb-clip-base-siglip", "v1"), True),
    ],
)
def test_underscores_are_blanks_to_the_tokenizers_of_siglip_in_open_clip(
    model: tuple[str, str], *, is_told: bool
) -> None:
    program = READ.format(name=model[0], weights=model[1], texts=["using_laptop", "drinking_coffee"])
    assert bool(found(program, "CLP112")) is is_told


@pytest.mark.parametrize(("words", "is_told"), [(52, False), (64, True)])
@pytest.mark.parametrize("library", ["open_clip", "transformers"])
def test_siglips_tokenizers_drop_the_commas(library: str, words: int, *, is_told: bool) -> None:
    prompt = ", ".join(["a boat"] * (words // 2))
    if library == "open_clip":
        program = READ.format(name=B16_SIGLIP[0], weights=B16_SIGLIP[1], texts=[prompt])
    else:
        program = CUT.format(name="google/siglip-base-patch16-224") + f"embed({prompt!r})\n"
    assert bool(found(program, "CLP109")) is is_told


OUTPUT = """
import numpy as np
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
def look(pixels):
    with torch.no_grad():
        out = model.get_image_features(pixel_values=pixels)
    return {use}
print(look(torch.zeros(1, 3, 224, 224)))
"""


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("np.array(out)", "NumPy takes it for one object"),
        ("np.stack([out, out])", "NumPy takes it for one object"),
        ("np.vstack([out])", "NumPy takes it for one object"),
        ("np.squeeze(out)", "NumPy takes it for one object"),
        ("torch.stack([out])", "this raises an error"),
        ("torch.squeeze(out)", "this raises an error"),
        ("out / 2", "this raises an error"),
    ],
)
def test_numpy_takes_an_output_for_an_object_and_pytorch_takes_none(use: str, told: str) -> None:
    [finding] = found("from transformers import CLIPModel\n" + OUTPUT.format(use=use), "CLP307")
    assert told in finding.message


RESCALED = """
from PIL import Image
from torchvision import transforms
from transformers import CLIPProcessor
from torchmetrics.multimodal.clip_score import CLIPScore
from torchmetrics.functional.multimodal import clip_score
picture = transforms.ToTensor()(Image.open("a.jpg"))
metric = CLIPScore(model_name_or_path="openai/clip-vit-base-patch16")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
print({use})
"""


@pytest.mark.parametrize(
    ("use", "is_offered"),
    [
        ("metric(picture, 'a mill')", False),
        ("clip_score(picture, 'a mill')", False),
        ("processor(images=picture, return_tensors='pt')", True),
    ],
)
def test_what_hands_no_options_on_is_not_told_to_take_one(use: str, *, is_offered: bool) -> None:
    [finding] = found(RESCALED.format(use=use), "CLP308")
    assert ("`do_rescale=False`" in finding.help) is is_offered


RAW = """
from sentence_transformers import SentenceTransformer
model = SentenceTransformer("clip-ViT-B-32")
pictures = model.encode([Image.open("a.jpg"), Image.open("b.jpg")]{options})
texts = model.encode(["a mill", "a barn"]{options})
print(pictures @ texts.T)
"""


@pytest.mark.parametrize(
    ("options", "function"),
    [("", "np.linalg.norm"), (", convert_to_tensor=True", "torch.nn.functional.normalize")],
)
def test_the_help_is_of_the_library_that_holds_the_vectors(options: str, function: str) -> None:
    [finding] = found("from PIL import Image\n" + RAW.format(options=options), "CLP201")
    assert function in finding.help


@pytest.mark.parametrize(
    ("text", "is_measured"),
    [("which city is this?", True), ("is this person happy or sad?", False)],
)
def test_what_is_in_doubt_stands_beside_the_nearest_figure(text: str, *, is_measured: bool) -> None:
    said = as_text(answer(Request((text,))), Severity.WARNING)
    assert ("no figure known here decides" if is_measured else "no figure is known here") in said
    assert ("17.2% right on Country211" in said) is is_measured


HELD = """
model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="{weights}")
model.eval()
words = open_clip.get_tokenizer("ViT-B-32")
with torch.no_grad():
    picture = model.encode_image(preprocess(photo).unsqueeze(0), normalize=True)
    text = model.encode_text(words(["a mill"]), normalize=True)
    print((picture @ text.T).item() > 0.7)
"""


@pytest.mark.parametrize(("weights", "is_told"), [("laion2b_s34b_b79k", True), ("runs/mine.pt", False)])
def test_where_the_cosines_of_somebodys_own_weights_lie_is_not_known(weights: str, *, is_told: bool) -> None:
    assert bool(found(HELD.format(weights=weights), "CLP206")) is is_told


PREPARED = """
from torchvision import transforms as T
model = open_clip.create_model("ViT-B-32", pretrained="{weights}").eval()
prepare = T.Compose([T.Resize(224), T.CenterCrop(224), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
with torch.no_grad():
    print(model.encode_image(prepare(photo).unsqueeze(0)))
"""


@pytest.mark.parametrize(
    ("weights", "severity", "told"),
    [
        ("laion2b_s34b_b79k", Severity.ERROR, "was trained with mean 0.481"),
        ("runs/mine.pt", Severity.WARNING, "most CLIPs were trained with mean 0.481"),
    ],
)
def test_what_somebodys_own_weights_were_trained_with_is_not_known(
    weights: str, severity: Severity, told: str
) -> None:
    [finding] = found(PREPARED.format(weights=weights), "CLP304")
    assert finding.severity is severity
    assert told in finding.message


READ_BY = """
model = open_clip.create_model("{name}", pretrained="{weights}").eval()
words = open_clip.get_tokenizer("{name}")
with torch.no_grad():
    print(model.encode_text(words({texts}), normalize=True))
"""
SWAPPED = ["a red cube and a blue ball", "a blue cube and a red ball"]
AIRCRAFT = ["Boeing 737", "Airbus A320", "Cessna 172"]


@pytest.mark.parametrize(
    ("name", "weights", "texts", "code", "told"),
    [
        ("ViT-B-32", "laion2b_s34b_b79k", AIRCRAFT, "CLP105", "ViT-B-32 (laion2b_s34b_b79k) gets 24.5% right"),
        ("RN50-quickgelu", "cc12m", AIRCRAFT, "CLP105", "RN50-quickgelu (cc12m) gets 2.3% right"),
        ("ViT-L-14", "runs/mine.pt", AIRCRAFT, "CLP105", "no figure of this checkpoint is known"),
        ("RN50-quickgelu", "openai", SWAPPED, "CLP103", "RN50-quickgelu (openai) gets"),
        ("ViT-B-32", "laion2b_s34b_b79k", ["ein Hund auf der Wiese"], "CLP114", "(laion2b_s34b_b79k) is made for captions in English"),
        ("ViT-B-32", "runs/mine.pt", ["ein Hund auf der Wiese"], "CLP114", "nothing is known here of captions in it"),
    ],
)  # fmt: skip
def test_texts_are_read_by_the_weights_that_the_tokens_go_to(
    name: str, weights: str, texts: list[str], code: str, told: str
) -> None:
    """open_clip's tokenizers are named by an architecture: which weights read what they make, the model says."""
    [finding] = found(READ_BY.format(name=name, weights=weights, texts=texts), code)
    assert told in finding.message


LOADED = """
model, preprocess = clip.load("{name}")
{more}
with torch.no_grad():
    picture = model.encode_image(preprocess(photo).unsqueeze(0))
    text = model.encode_text(clip.tokenize(["a mill"]))
    print(torch.cosine_similarity(picture, text).item() > 0.7)
"""


@pytest.mark.parametrize(
    ("name", "more", "is_told"),
    [
        ("ViT-B/32", "", True),
        ("weights/ViT-B-32.pt", "", True),
        ("weights/finetuned.pt", "", False),
        ("ViT-B/32", "model.load_state_dict(torch.load('finetuned.pt'))", False),
    ],
)
def test_what_openais_package_loads_from_a_file_need_not_be_openais(
    name: str, more: str, *, is_told: bool
) -> None:
    assert bool(found(LOADED.format(name=name, more=more), "CLP206")) is is_told


CLOSED = {
    "cohere": "import cohere\nco = cohere.ClientV2()\nco.embed(model='embed-v4.0', input_type='image', images=[photo])\nrows = co.embed(texts=TEXTS, model='embed-v4.0', input_type='search_query')\n",
    "voyage": "import voyageai\nvo = voyageai.Client()\nrows = vo.multimodal_embed(inputs=[[text] for text in TEXTS], model='voyage-multimodal-3')\n",
    "titan": "import json\nimport boto3\nbedrock = boto3.client('bedrock-runtime')\nfor text in TEXTS:\n    bedrock.invoke_model(modelId='amazon.titan-embed-image-v1', body=json.dumps({'inputText': text}))\n",
    "vertex": "from vertexai.vision_models import MultiModalEmbeddingModel\nmodel = MultiModalEmbeddingModel.from_pretrained('multimodalembedding@001')\nfor text in TEXTS:\n    model.get_embeddings(contextual_text=text)\n",
}
SAID = {
    "CLP101": "exactly three dogs",
    "CLP102": "a cup to the left of a plate",
    "CLP103": "a man in a red coat and a woman in a blue hat",
    "CLP104": "a beach without people",
    "CLP105": "a chest x-ray that shows pneumonia",
    "CLP107": "a sign that says OPEN",
}


@pytest.mark.parametrize("service", CLOSED)
@pytest.mark.parametrize("code", SAID)
def test_of_a_service_that_publishes_no_model_no_figure_of_clip_is_told(service: str, code: str) -> None:
    findings = found(f"TEXTS = [{SAID[code]!r}]\n{CLOSED[service]}", code)
    assert findings
    for finding in findings:
        assert "OpenAI" not in finding.message
        assert "%" not in finding.message
        assert "18 models" not in finding.message
