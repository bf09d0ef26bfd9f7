"""What mutmut 3 calls its mutants of a module, and what each of them makes of it."""

from collections import Counter
from pathlib import Path

import libcst as cst
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.trampoline_templates import mangle_function_name
from mutmut.utils.format_utils import get_mutant_name

from checker.mutants.operators import mutations


def names(file: str, text: str) -> dict[str, str]:
    """The new text of the module by mutmut's name of the mutant.

    Such a name is application.serve.query.x_parse_query__mutmut_1: mutmut numbers the mutations
    within each function and method, and makes no others.
    """
    found: dict[str, str] = {}
    count: Counter[str] = Counter()
    for statement, mutation, new in mutations(text, MutationVisitor):
        function = mutation.contained_by_top_level_function
        if isinstance(function, cst.FunctionDef):
            of_class = statement.name.value if isinstance(statement, cst.ClassDef) else None
            mangled = mangle_function_name(name=function.name.value, class_name=of_class)
            count[mangled] += 1
            found[get_mutant_name(Path(file), f"{mangled}__mutmut_{count[mangled]}")] = new
    return found
