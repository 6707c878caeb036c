"""What a build does besides what `pyproject.toml` says.

Library tables, cards and references are installed as one file each. In the source a library, a rule and a topic are a file. Many small ones
are larger as an archive, and slower to open, than their texts one after the other, each below a line with its name; `clip_lint.core.texts`
reads either. And what tells that a program uses CLIP is gathered from the tables once, not at every start.
"""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

JOINED = {"knowledge/libraries": ".toml", "rules": ".md", "references": ".md"}


class BuildPy(build_py):
    """Packages as they are installed."""

    def run(self) -> None:
        """Build, and join the texts; an editable installation reads the folders themselves."""
        super().run()
        if self.editable_mode:
            return
        for name, suffix in JOINED.items():
            folder = Path(self.build_lib, "clip_lint", name)
            files = sorted(folder.glob(f"*{suffix}"))
            texts = [f"# === {file.name} ===\n{file.read_text(encoding='utf-8')}" for file in files]
            folder.joinpath("joined.txt").write_text("".join(texts), encoding="utf-8", newline="\n")
            for file in files:
                file.unlink()
        kept = Path(self.build_lib, "clip_lint/knowledge/marks.txt")
        kept.unlink(missing_ok=True)  # an earlier build's
        sys.path.insert(0, self.build_lib)
        sys.dont_write_bytecode = True  # all that lies there is packed
        from clip_lint.knowledge.marks import load_marks, to_text  # noqa: PLC0415  (there is none before)

        kept.write_text(to_text(load_marks()), encoding="utf-8", newline="\n")


setup(cmdclass={"build_py": BuildPy})
