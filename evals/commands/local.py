"""`python -m evals local`: questions of the sample set to a small real model, and what became of its claims."""

from __future__ import annotations

from collections import Counter
from typing import Any

from evals.terminal import say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `local`."""
    parser = commands.add_parser("local", help="ask a small real model, and see what becomes of what it writes")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="how many questions of the sample set")
    parser.add_argument("--passages", type=int, default=2, metavar="N", help="how many passages it is given")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.set_defaults(run=_local)


def _local(args: Any) -> int:
    from corpus.config import LibraryConfig
    from corpus.embed import load_embedder
    from evals.libraries import open_articles
    from evals.local_model import CONTEXT, serving_model
    from evals.material import SAMPLE_ARTICLES, list_questions
    from qa.assistant import Assistant
    from qa.cite import GROUP
    from qa.config import Config, Limits
    from qa.llm import load_llm

    config = Config(top_k=args.passages, limits=Limits(5, 300, 600, 96), llm_window=CONTEXT)
    home = LibraryConfig.from_env().home
    supports: Counter[str] = Counter()
    wrong: list[str] = []
    questions = list_questions([])[: args.limit]
    with (
        serving_model() as spec,
        open_articles([SAMPLE_ARTICLES], home, load_embedder()) as library,
        show_progress(len(questions)) as step,
    ):
        model = load_llm(spec, config)
        assistant = Assistant(library, config, [model] if model else [])
        for question in questions:
            answer = assistant.ask(question)
            supports.update(claim.support for claim in answer.claims if answer.built_in and claim.kind == "claim")
            supports["fell back"] += answer.built_in is None
            supports["unknown labels"] += round((answer.usage or {}).get("unknown_labels", 0))
            kept = library.articles({cite.article_id for cite in answer.citations})
            exact = all(kept[c.article_id].text[c.start : c.end] == c.quote for c in answer.citations)
            wrong += [] if exact else [question]
            wrong += [question for claim in answer.claims if GROUP.search(claim.text)]
            step()
    if args.json:
        say_json({**supports, "questions": len(questions), "wrong": len(wrong)})
        return 1 if wrong else 0
    for name, n in sorted(supports.items()):
        say(f"{name:16} {n}")
    say(f"questions with a marker shown or a citation that is not exact: {len(wrong)} of {len(questions)}")
    return 1 if wrong else 0
