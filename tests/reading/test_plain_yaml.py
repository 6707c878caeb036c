"""The YAML of label files: plain lists and mappings are read, the rest is refused."""

from __future__ import annotations

import pytest

from clip_lint.reading.operations.plain_yaml import read_plain_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("- fox\n- 'hen''s egg'\n- \"a: b\"\n", ["fox", "hen's egg", "a: b"]),
        ("names: [fox, 'red hen', \"owl, barn\"]  # three\n", {"names": ["fox", "red hen", "owl, barn"]}),
        ("nc: 2\nnames:\n  0: fox\n  1: hen\n", {"nc": 2, "names": {0: "fox", 1: "hen"}}),
        ("names:\n- fox\n- hen\nok: true\nx: 1.5\n", {"names": ["fox", "hen"], "ok": True, "x": 1.5}),
        (
            "- id: 1\n  name: fox\n- id: 2\n  name: hen\n",
            [{"id": 1, "name": "fox"}, {"id": 2, "name": "hen"}],
        ),
        ("a:\n  b:\n    - fox\n  c: ~\nd:\n", {"a": {"b": ["fox"], "c": None}, "d": None}),
        ("---\na photo of a fox\n", "a photo of a fox"),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    assert read_plain_yaml(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: |\n  long\n  text\n",
        "a: {b: c}\n",
        "\ta: 1\n",
        "a: 1\n  b: 2\n",
        "a: [1,\n 2]\n",
        "- a\nb\n",
    ],
)
def test_the_rest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"plain|neither|tabs|several"):
        read_plain_yaml(text)
