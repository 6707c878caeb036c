"""A message says of a checkpoint what is true of that one: not what is true of OpenAI's ViT-B/32, or of whatever takes a softmax."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint_text
from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
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
    assert ("nearly the same probability" in finding.message) is is_flat
    assert ("some label always comes out as probable" in finding.message) is not is_flat


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
        ("openai/clip-vit-base-patch32", "the text's embedding at that token", "`truncation=True` keeps"),
        ("google/siglip-base-patch16-224", "taken at the last position", "`truncation=True` keeps"),
        ("OFA-Sys/chinese-clip-vit-base-patch16", "on texts that have one", "with `max_length` keeps"),
        ("BAAI/AltCLIP", "on texts that have one", "with `max_length` keeps"),
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
