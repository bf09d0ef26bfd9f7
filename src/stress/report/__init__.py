"""Reports of stress tests: on the terminal, as JSON, as a page; and two runs compared."""

from src.stress.report.comparison import Comparison, compare
from src.stress.report.comparison_terminal import print_comparison
from src.stress.report.files import write_comparison, write_report
from src.stress.report.terminal import print_run

__all__ = [
    "Comparison",
    "compare",
    "print_comparison",
    "print_run",
    "write_comparison",
    "write_report",
]
