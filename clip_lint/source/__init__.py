"""Paths to programs: which files are linted, and what stands in them."""
