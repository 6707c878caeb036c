"""One probe per family of findings: a claim, how it is measured, and when it counts as confirmed or refuted."""
