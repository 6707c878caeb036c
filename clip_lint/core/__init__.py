"""The values that every room hands on: places, findings, evidence, checkpoints, cards. This room knows no other."""
