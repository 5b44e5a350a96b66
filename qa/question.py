"""A question as it was typed -> the question as it is asked."""

from __future__ import annotations

import re

from corpus.errors import QuestionError

LONGEST_QUESTION = 2000


def check_question(question: str) -> str:
    """The question without spaces around and between. Raises QuestionError for an empty or overlong one."""
    asked = " ".join(question.split())
    if not re.search(r"\w", asked):
        raise QuestionError("The question is empty. Type a question about the articles.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are read.")
    return asked
