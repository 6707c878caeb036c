from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clip_lint.engine import cache as module
from clip_lint.engine.cache import Cache

OLD_NS = 1_000_000_000_000_000_000


def aged(path: Path, text: str) -> Path:
    """A file that was written long ago, so that its time stamp is to be trusted."""
    path.write_text(text)
    os.utime(path, ns=(OLD_NS, OLD_NS))
    return path


@pytest.fixture(autouse=True)
def _trust_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    # The time of the last status change is always now in a test.
    monkeypatch.setattr(module, "_SETTLED_NS", -1)


def filled(folder: Path, path: Path, result: object) -> None:
    cache = Cache(str(folder), "key")
    cache.read(str(path))
    cache.keep(str(path), result)
    cache.save([str(path)])


def test_an_unchanged_file_keeps_its_result_and_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = aged(tmp_path / "a.py", "x")
    filled(tmp_path / "cache", file, {"some": "result"})
    cache = Cache(str(tmp_path / "cache"), "key")
    monkeypatch.setattr(module, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert cache.is_current(str(file))
    assert cache.result(str(file)) == {"some": "result"}


def test_other_content_is_another_file_even_with_the_same_times_and_size(tmp_path: Path) -> None:
    file = aged(tmp_path / "a.py", "x")
    filled(tmp_path / "cache", file, None)
    aged(file, "y")
    assert not Cache(str(tmp_path / "cache"), "key").is_current(str(file))


def test_the_same_content_under_new_times_is_current_and_remembered_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = aged(tmp_path / "a.py", "x")
    filled(tmp_path / "cache", file, None)
    os.utime(file)
    again = Cache(str(tmp_path / "cache"), "key")
    assert again.is_current(str(file))
    again.save([str(file)])
    last = Cache(str(tmp_path / "cache"), "key")
    monkeypatch.setattr(module, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert last.is_current(str(file))


def test_a_young_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SETTLED_NS", 60_000_000_000)
    file = tmp_path / "a.py"
    file.write_text("x")
    filled(tmp_path / "cache", file, None)
    stored = json.loads((tmp_path / "cache/key.json").read_text())
    assert stored["files"][str(file)][0] is None
    assert Cache(str(tmp_path / "cache"), "key").is_current(str(file))


def test_other_settings_are_another_cache(tmp_path: Path) -> None:
    file = aged(tmp_path / "a.py", "x")
    filled(tmp_path / "cache", file, None)
    assert not Cache(str(tmp_path / "cache"), "other").is_current(str(file))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"format": 0, "files": {}, "scans": {}, "results": {}, "fixes": {}}', '{"format": 3}', '{"format": 3, "files": {"a": 1}, "scans": {}, "results": {}, "fixes": {}}',
     '{"format": 3, "files": [], "scans": {}, "results": {}, "fixes": {}}', '{"format": 3, "files": {}, "scans": {}, "results": [], "fixes": {}}', "[" * 100_000],
)  # fmt: skip
def test_a_damaged_cache_is_no_cache(tmp_path: Path, text: str) -> None:
    file = aged(tmp_path / "a.py", "x")
    filled(tmp_path / "cache", file, {"some": "result"})
    (tmp_path / "cache/key.json").write_text(text)
    cache = Cache(str(tmp_path / "cache"), "key")
    assert not cache.is_current(str(file))
    assert cache.result(str(file)) is None


def test_a_cache_that_cannot_be_read_or_written_is_no_error(tmp_path: Path) -> None:
    file = aged(tmp_path / "a.py", "x")
    (tmp_path / "cache").write_text("a file where the folder should be")
    filled(tmp_path / "cache", file, None)
    assert (tmp_path / "cache").read_text() == "a file where the folder should be"


def test_the_folder_hides_itself_and_holds_no_left_overs(tmp_path: Path) -> None:
    filled(tmp_path / "cache", aged(tmp_path / "a.py", "x"), None)
    assert (tmp_path / "cache/.gitignore").read_text().splitlines()[-1] == "*"
    assert (
        (tmp_path / "cache/CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [
        ".gitignore",
        "CACHEDIR.TAG",
        "key.json",
    ]


def test_two_runs_at_once_leave_one_whole_cache(tmp_path: Path) -> None:
    first, second = aged(tmp_path / "a.py", "x"), aged(tmp_path / "b.py", "y")
    caches = [Cache(str(tmp_path / "cache"), "key") for _ in range(2)]
    for cache, file in zip(caches, (first, second), strict=True):
        cache.read(str(file))
        cache.keep(str(file), {"of": file.name})
    for cache in caches:
        cache.save([])
    last = Cache(str(tmp_path / "cache"), "key")
    assert last.result(str(second)) == {"of": "b.py"}


def test_entries_of_other_files_stay_until_those_are_gone(tmp_path: Path) -> None:
    first, second = aged(tmp_path / "a.py", "x"), aged(tmp_path / "b.py", "y")
    filled(tmp_path / "cache", first, {"of": "a"})
    filled(tmp_path / "cache", second, {"of": "b"})
    assert Cache(str(tmp_path / "cache"), "key").result(str(first)) == {"of": "a"}
    first.unlink()
    os.utime(second)
    filled(tmp_path / "cache", second, {"of": "b"})
    assert Cache(str(tmp_path / "cache"), "key").result(str(first)) is None


def test_what_was_read_but_not_linted_is_not_current(tmp_path: Path) -> None:
    file = aged(tmp_path / "a.py", "x")
    cache = Cache(str(tmp_path / "cache"), "key")
    assert cache.content(str(file)) is not None
    cache.save([str(file)])
    assert not Cache(str(tmp_path / "cache"), "key").is_current(str(file))
    assert cache.content(str(tmp_path / "gone.py")) is None
