"""Published figures of checkpoints, a table a source."""
