"""Paths to findings over one project: cache, workers, baseline, and the answers to queries."""
