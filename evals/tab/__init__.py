"""The Evals tab of the page: runs in the background, their figures, and the cases to look at."""

from evals.tab.tab import make_tab

__all__ = ["make_tab"]
