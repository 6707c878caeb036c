"""The user's own run, watched: what a finding says is seen at its line, or something else is, or the line is never reached."""
