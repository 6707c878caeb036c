"""clip-lint: a static linter for code that uses CLIP-style image-text models."""

__version__ = "0.1.0"
