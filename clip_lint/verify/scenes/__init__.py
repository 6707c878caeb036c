"""Drawn scenes with exact ground truth: what is in them, how they are drawn, captioned and written as COCO."""
