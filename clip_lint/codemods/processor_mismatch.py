"""CLP301: the processor of the model's own checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, place_of, said
from clip_lint.codemods.loading import name_argument, name_of, text_of
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.stored import Stored
from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place


class LoadOneCheckpoint(Codemod):
    """Load the processor from the checkpoint of its model."""

    stage = Stage.LOAD

    def patch(self, finding: Finding) -> Patch:
        """The model's checkpoint for the processor too, by the name that the model has it by."""
        program = self.program
        ours = name_argument(program, finding.place)
        written = text_of(program, ours)
        if written is None:
            raise NoFixError("the checkpoint is not written in the call")
        name = said(finding, "model")
        if any(each.key == "unknown" for each in finding.details):
            raise NoFixError("a checkpoint that is not known may come without a processor")
        if self._loads_model(written):
            raise NoFixError("the processor belongs to another model of this program")
        Stored(Calls(program)).check_program()
        place = place_of(finding, "model")
        new = (
            self._spelled(place, name, ours)
            if place is not None and place.path == program.source.path
            else None
        )
        made = new or program.string(name, ours)
        change = program.changed(ours, Replace(ours, lambda _: made))
        message = "load both from one checkpoint; that the model's is the right one is an assumption"
        return Patch(UNSAFE, message, (change,))

    def _spelled(self, place: Place, name: str, at: cst.BaseExpression) -> cst.BaseExpression | None:
        """How the model's own call names its checkpoint, if that holds for the processor as well."""
        theirs = name_argument(self.program, place)
        if isinstance(theirs, (cst.Name, cst.SimpleString)) and text_of(self.program, theirs) == name:
            return theirs
        names = self.program.names
        if isinstance(theirs, cst.Name) and names.owner(theirs.value, names.scope(theirs)) is names.owner(
            theirs.value, names.scope(at)
        ):
            bindings = names.scope(theirs).bindings.get(theirs.value, [])
            if len(bindings) == 1 and self.program.start(bindings[0].node) < self.program.start(at):
                return theirs
        return None

    def _loads_model(self, name: str) -> bool:
        """Whether the program loads a model of a checkpoint as well."""
        calls, libraries = Calls(self.program), load_libraries()
        for node in self.program.names.nodes:
            if not isinstance(node, cst.Call):
                continue
            path = calls.origin(node.func)
            kind = libraries.class_of(path.rpartition(".")[0]) if path else None
            spec = libraries.call(path) if path else None
            if not (kind is not None and kind.kind == "model") and not (
                spec is not None and spec.op == "load"
            ):
                continue
            try:
                if text_of(self.program, name_of(node)) == name:
                    return True
            except NoFixError:
                continue
        return False
