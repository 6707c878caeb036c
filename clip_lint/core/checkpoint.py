"""Which pretrained weights a value stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights as the code names them.

    ``library`` is the table's package (``transformers``, ``open_clip``, ``clip`` ...), ``name`` the hub id or the
    architecture (``openai/clip-vit-base-patch32``, ``ViT-B-32``), ``tag`` open_clip's pretrained tag, ``family`` one of
    ``clip``, ``siglip``, ``siglip2``, ``coca``, ``chinese-clip``, ``altclip``, ``metaclip2``, ``owlvit`` and so on,
    ``revision`` the hub's commit, branch or tag.
    None stands for "not known".
    """

    library: str | None = None
    name: str | None = None
    tag: str | None = None
    family: str | None = None
    revision: str | None = None

    def __str__(self) -> str:
        if self.name is None:
            return "the model"
        return f"{self.name} ({self.tag})" if self.tag else self.name
