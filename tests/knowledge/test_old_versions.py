"""Old versions of files are known by their folder, and by what is called like them and lies beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.knowledge.old_versions import lies_among_old, replaced_by

PROGRAM = "".join(f"print({number})\n" for number in range(20))
NEARLY = PROGRAM.replace("print(3)", "print('three')") + "print('more')\n"
OTHER = PROGRAM.replace("print", "import ")


def program(path: str) -> str:
    del path
    return PROGRAM


@pytest.mark.parametrize(
    "folder",
    [
        "archive",
        "Archived",
        "old",
        "_old",
        "old_scripts",
        "old-code",
        "Backup",
        "backups_2",
        "legacy",
        "a/b/deprecated",
    ],
)
def test_folders_of_what_is_no_longer_run(folder: str) -> None:
    assert lies_among_old(f"{folder}/app.py")
    assert lies_among_old(f"src/{folder}/more/app.py")


@pytest.mark.parametrize(
    "name",
    [
        "archive.py",
        "old.py",
        "photo_archive/app.py",
        "old_photos/app.py",
        "gold/app.py",
        "bold/app.py",
        "web_archive/app.py",
    ],
)
def test_folders_that_only_sound_like_it(name: str) -> None:
    assert not lies_among_old(name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old_app.py", "app.py"),
        ("old_app.py", "annoy_app.py"),
        ("app_old.py", "app.py"),
        ("app.bak.py", "app.py"),
        ("app-backup.py", "app.py"),
        ("app_backup2.py", "app.py"),
        ("api_server_deprecated.py", "api_server.py"),
        ("Old Search.ipynb", "Search.ipynb"),
    ],
)
def test_a_word_for_old_beside_the_new(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / new).touch()
    assert replaced_by(str(tmp_path / old), program) == str(tmp_path / new)
    assert replaced_by(str(tmp_path / new), program) is None


@pytest.mark.parametrize(
    ("old", "beside"),
    [
        ("old_photos.py", "app.py"),
        ("old_app.py", "app.txt"),
        ("app_old.py", "backup_app.py"),
        ("threshold.py", "thresh.py"),
        ("backup.py", "app.py"),
    ],
)
def test_a_word_for_old_beside_nothing_like_it(tmp_path: Path, old: str, beside: str) -> None:
    (tmp_path / beside).touch()
    assert replaced_by(str(tmp_path / old), program) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("app_v1.py", "app_v2.py"),
        ("app-v9.py", "app-v10.py"),
        ("tutorial_ver1.py", "tutorial_ver2.py"),
        ("app copy.py", "app.py"),
        ("app_copy2.py", "app.py"),
        ("app (1).py", "app.py"),
        ("app(2).ipynb", "app.ipynb"),
        ("app-Copy1.ipynb", "app.ipynb"),
        ("Copy of app.ipynb", "app.ipynb"),
        ("Copia de app.ipynb", "app.ipynb"),
        ("app_orig.py", "app.py"),
    ],
)
def test_what_copying_and_counting_make_of_a_name(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / new).touch()
    texts = {str(tmp_path / old): PROGRAM, str(tmp_path / new): NEARLY}
    assert replaced_by(str(tmp_path / old), lambda path: texts[path]) == str(tmp_path / new)
    assert replaced_by(str(tmp_path / new), lambda path: texts[path]) is None
    texts[str(tmp_path / new)] = OTHER
    assert replaced_by(str(tmp_path / old), lambda path: texts[path]) is None, "they share nothing"


@pytest.mark.parametrize(
    ("old", "beside"),
    [
        ("app_v2.py", "app_v1.py"),
        ("app_v1.py", "search_v2.py"),
        ("copy.py", "app.py"),
        ("clip_v1.py", "clip.py"),
    ],
)
def test_names_that_say_nothing_of_each_other(tmp_path: Path, old: str, beside: str) -> None:
    (tmp_path / beside).touch()
    assert replaced_by(str(tmp_path / old), program) is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert replaced_by(str(tmp_path / "none" / "app_old.py"), program) is None
