"""What the world is like: library tables, the gate made from them, versions, alternatives."""
