"""`python -m evals fit`: fit the answerer's weights on the tuning half, and print them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evals.choose import add_set_arguments, choose_cases, make_config, open_library
from evals.terminal import say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `fit`."""
    fit = commands.add_parser("fit", help="fit the answerer's weights on the tuning half, and print them")
    add_set_arguments(fit)
    fit.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    fit.add_argument("--json", action="store_true")
    fit.set_defaults(run=_fit)


def _fit(args: Any) -> int:
    from evals import fit
    from qa.assistant import Assistant

    args.limit, args.half, args.tags = None, None, ""
    args.unanswerable = args.unanswerable or args.draw or 0
    cases = choose_cases(args)
    with open_library(args) as library, show_progress(len(cases) + sum(c.answerable for c in cases)) as step:
        asked = fit.ask_cases(Assistant(library, make_config(args.settings)), cases, step)
    tune = [a for a in asked if a.case.half != "report"]
    report = [a for a in asked if a.case.half == "report"]
    passages = fit.fit_passages(tune)
    if "reader" in passages:
        tune, report = (fit.set_reader_weight(half, passages["reader"]) for half in (tune, report))
    weights = fit.weights_of(tune)
    for _ in range(2):  # the signals of the confidence depend on which sentence is best
        weights = replace(weights, sentence=fit.fit_sentences(tune, weights))
    weights = replace(weights, confidence=fit.fit_confidence(tune, weights))
    reached = {
        name: fit.hits_by_margin(half, weights) + fit.describe_confidence(fit.confidences(half, weights))
        for name, half in (("tune", tune), ("report", report))
        if half
    }
    tables = {"passage": passages, "sentence": dict(weights.sentence), "confidence": dict(weights.confidence)}
    if args.json:
        say_json(tables | {"reached": reached})
        return 0
    for name, table in tables.items():
        say(f"{name} = {table}")
    for half, lines in reached.items():
        for line in lines:
            say(f"{half}: {line}")
    return 0
