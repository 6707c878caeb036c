"""One probe per family of findings: a claim, how it is measured, and when it counts as harmful or harmless."""
