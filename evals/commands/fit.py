"""`python -m evals fit`: fit the answerer's weights on the tuning half, and print them."""

from __future__ import annotations

from typing import Any

from evals.choose import add_set_arguments, choose_cases, open_library
from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `fit`."""
    fit = commands.add_parser("fit", help="fit the answerer's weights on the tuning half, and print them")
    add_set_arguments(fit)
    fit.add_argument("--json", action="store_true")
    fit.set_defaults(run=_fit)


def _fit(args: Any) -> int:
    from evals.fit import fit_confidence, fit_passages, fit_sentences
    from qa.assistant import Assistant

    args.limit, args.half, args.tags = None, None, ""
    args.unanswerable = args.draw
    cases = [c for c in choose_cases(args) if c.half != "report"]
    yes, no = [c for c in cases if c.answerable], [c for c in cases if not c.answerable]
    with open_library(args) as library:
        assistant = Assistant(library)
        passages, sentences = fit_passages(assistant, yes), fit_sentences(assistant, yes)
        weights, reached = fit_confidence(assistant, yes, yes, no)
    if args.json:
        say_json({"passages": passages, "sentences": sentences, "confidence": weights, "auroc": reached})
        return 0
    say(f"qa/retrieve.py WEIGHTS = {passages}")
    say(f"qa/read.py WEIGHTS = {sentences}")
    say(f"qa/read.py CONFIDENCE = {weights}")
    say(f"AUROC on what it was fitted to: { {k: round(v, 3) for k, v in reached.items()} }")
    return 0
