"""What a check tells a probe: kept as it is through the cache's JSON, refused where it is something else."""

from __future__ import annotations

import json

import pytest

from clip_lint.core.evidence import AsWritten, Fault


@pytest.mark.parametrize(
    "written",
    [
        AsWritten(),
        AsWritten(threshold=0.6, temperature=20.0),
        AsWritten(is_distance=False, fault=Fault.HALF_ON_CPU),
        AsWritten(mean=(0.5, 0.4, 0.3), published="59.6% on Stanford Cars"),
    ],
)
def test_it_comes_back_from_json(written: AsWritten) -> None:
    assert AsWritten.from_json(json.loads(json.dumps(written.to_json()))) == written


@pytest.mark.parametrize(
    "data", [{"fault": "no such"}, {"mean": [1]}, {"mean": ["a", "b", "c"]}, {"other": 1}]
)
def test_what_nobody_wrote_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        AsWritten.from_json(data)
