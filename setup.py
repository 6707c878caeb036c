"""What a build does besides what `pyproject.toml` says: the library tables are installed as one file.

In the source a library is a file. More than a hundred small ones are larger as an archive, and slower to open, than their texts one after
the other, each below a line with its name; `clip_lint.knowledge.documents` reads either.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """Packages as they are installed."""

    def run(self) -> None:
        """Build, and put the tables into one file; an editable installation reads the folder itself."""
        super().run()
        if self.editable_mode:
            return
        folder = Path(self.build_lib, "clip_lint", "knowledge", "libraries")
        tables = sorted(folder.glob("*.toml"))
        texts = [f"# === {table.name} ===\n{table.read_text(encoding='utf-8')}" for table in tables]
        folder.joinpath("tables.txt").write_text("".join(texts), encoding="utf-8", newline="\n")
        for table in tables:
            table.unlink()


setup(cmdclass={"build_py": BuildPy})
