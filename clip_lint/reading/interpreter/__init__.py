"""An abstract interpreter over the syntax tree: runs a module on abstract values and records what happens to models and scores.

Each function is run where it is called, with the arguments it gets there, and once by itself with unknown arguments if
nothing calls it. Loops are run twice, branches both ways unless their condition is known; where paths meet, values join.
Work is bounded by a budget of evaluated nodes, so that no input can make it hang.
"""

from clip_lint.reading.interpreter.program import Interpreter

__all__ = ["Interpreter"]
