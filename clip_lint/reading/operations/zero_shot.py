"""Ready-made zero-shot classification, scoring and embedding by other libraries, which prepare texts by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.facts import Normalized
from clip_lint.reading.operations import prompting
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.inputs import record_image
from clip_lint.reading.values import (
    Component,
    Features,
    Model,
    Scores,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
)
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def op_zero_shot(run: Run, call: Call) -> Value:
    """The zero-shot pipeline: it puts labels into its own template and returns calibrated scores."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    labels = call.value("labels")
    checkpoint = by.checkpoint if by is not None else Checkpoint(call.spec.library)
    if name := text_of(call.value("checkpoint")):
        checkpoint = run.libraries.checkpoint(call.spec.library, name, None, run.libraries.family(name))
    if "images" in call:
        node = call.node_of("images")
        record_image(run, call, call.value("images"), by, unparse(node) if node is not None else "image")
    template = call.value("template", Text("This is a photo of {}."))
    prompting.labels(
        run,
        labels,
        template,
        call.node,
        checkpoint if by is not None else None,
        adds_template="template" not in call,
        cuts=_cuts(run, checkpoint) if by is not None and "tokenizer_kwargs" not in call else None,
    )
    if not run.libraries.trait(checkpoint.family).sigmoid:  # of those the pipeline takes the sigmoid
        count = len(labels.items) if isinstance(labels, Seq) and labels.is_whole else None
        site = run.site(call.node)
        scores = Scores(
            checkpoint, Tristate.YES, Tristate.YES, site, label_count=count, texts=labels, is_whole_model=True
        )
        run.record(Normalized(site, scores, "softmax", "text", None), site)
    return Unknown("predictions")


def _cuts(run: Run, checkpoint: Checkpoint) -> bool | None:
    """Whether the pipeline cuts long texts: it asks its tokenizer to for models with a sigmoid alone (`preprocess`)."""
    if run.libraries.trait(checkpoint.family).sigmoid:
        return True
    return False if checkpoint.family in run.libraries.of(checkpoint.library).raises else None


def op_zero_shot_weights(run: Run, call: Call) -> Value:
    """Text features of labels in templates."""
    model = call.value("model")
    checkpoint = (
        model.checkpoint
        if isinstance(model, Model)
        else Checkpoint(call.spec.library, None, None, call.spec.get("family"))
    )
    prompting.labels(
        run, call.value("labels"), call.value("templates"), call.node, checkpoint, adds_template=True
    )
    return Features("text", checkpoint, Tristate.YES, run.site(call.node), ("dim", "text"))


def op_clip_score(run: Run, call: Call) -> Value:
    """CLIPScore: 100 x cosine."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    name = text_of(call.value("checkpoint"))
    checkpoint = (
        by.checkpoint
        if by is not None
        else run.libraries.checkpoint(call.spec.library, name, None, call.spec.get("family"))
    )
    prompting.prompts(run, call.value("text"), call.node, checkpoint, call.node_of("text"), is_paired=True)
    images = call.node_of("images")
    if images is not None:
        by = by or Component("clip-score", checkpoint)
        record_image(run, call, call.value("images"), by, unparse(images))
    site = run.site(call.node)
    return Scores(checkpoint, Tristate.MAYBE, Tristate.MAYBE, site, pair="", metric="clipscore")
