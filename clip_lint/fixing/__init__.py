"""Rounds of repairs: composed, proved and written whole or not at all. It knows no rule."""
