"""What mutmut 3 makes of a module: its operators, on one node at a time.

Imported only where mutants are generated, because mutmut is not needed elsewhere. These names are
mutmut's own affair and may move; its version is pinned.
"""

from collections.abc import Iterator

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Everywhere(MutationVisitor):
    """Finds mutations also where mutmut cannot try them.

    It replaces functions of a module in memory, which is why it leaves those alone that are
    decorated. We write a new file.
    """

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


def mutations(
    text: str, found_by: type[MutationVisitor] = Everywhere
) -> Iterator[tuple[Statement, Mutation, str]]:
    """Each mutation of a module, in the order of its text.

    Answers the statement of the module that it is in, what is mutated, and the module's new text.
    """
    wrapper = MetadataWrapper(cst.parse_module(text))
    module = wrapper.module
    visitor = found_by(mutation_operators, IgnoredCode(set(), set(), set()))
    begin = sum(len(module.code_for_node(line)) for line in module.header)
    with visitor.resolve(wrapper):
        for statement in module.body:
            end = begin + len(module.code_for_node(statement))
            visitor.mutations = []
            statement.visit(visitor)
            for mutation in visitor.mutations:
                new = deep_replace(statement, mutation.original_node, mutation.mutated_node)
                yield statement, mutation, text[:begin] + module.code_for_node(new) + text[end:]
            begin = end
