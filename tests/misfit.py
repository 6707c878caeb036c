"""torchvision where its build does not fit the torch: its Python code, and in Python the two operators that detectors need.

There is no CPU build of torchvision for every torch. The build for other hardware holds the same Python code; only its compiled operators
do not load. What needs them is given them here, slower and with the same results.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    import pytest

_REGISTRATIONS = "torchvision._meta_registrations"


def importable() -> bool:
    """Make torchvision importable, if it is installed at all; whether it is."""
    if sys.modules.get("torchvision", sys) is None:  # left out before, as it does not fit the torch
        del sys.modules["torchvision"]
    if importlib.util.find_spec("torchvision") is None:
        return False
    if _REGISTRATIONS not in sys.modules and not torch.cuda.is_available():
        sys.modules[_REGISTRATIONS] = types.ModuleType(_REGISTRATIONS)
    return True


def _kept(boxes: torch.Tensor, scores: torch.Tensor, threshold: float) -> torch.Tensor:
    """Non-maximum suppression: the indices of the boxes that stay, the best first."""
    overlaps = importlib.import_module("torchvision.ops").box_iou(boxes, boxes) > threshold
    gone = torch.zeros(len(boxes), dtype=torch.bool)
    kept = []
    for index in scores.argsort(descending=True).tolist():
        if not gone[index]:
            kept.append(index)
            gone |= overlaps[index]
    return torch.tensor(kept, dtype=torch.int64)


def small_faster_rcnn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faster R-CNN for small pictures with random weights in place of the download, on whatever build of torchvision there is."""
    detection: Any = importlib.import_module("torchvision.models.detection")
    if not importlib.import_module("torchvision.extension")._has_ops():
        boxes: Any = importlib.import_module("torchvision.ops.boxes")
        align: Any = importlib.import_module("torchvision.ops.roi_align")
        monkeypatch.setattr(boxes, "nms", _kept)
        monkeypatch.setattr(align, "_has_ops", lambda: False)
        monkeypatch.setattr(align, "_roi_align", align._roi_align.__wrapped__)  # as it is, without compiling
    real = detection.fasterrcnn_resnet50_fpn_v2
    small = partial(
        real,
        min_size=64,
        max_size=96,
        rpn_pre_nms_top_n_test=50,
        rpn_post_nms_top_n_test=20,
        box_score_thresh=0.0,
    )

    def drawn(*_: object, **__: object) -> dict[str, torch.Tensor]:
        """Random weights, the classes' so sharp that something is found."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            state: dict[str, torch.Tensor] = real(weights=None, weights_backbone=None).state_dict()
        state["roi_heads.box_predictor.cls_score.weight"] *= 1000
        return state

    weights = type(detection.FasterRCNN_ResNet50_FPN_V2_Weights.DEFAULT)
    monkeypatch.setattr(weights, "get_state_dict", drawn)
    monkeypatch.setattr(detection, "fasterrcnn_resnet50_fpn_v2", small)
