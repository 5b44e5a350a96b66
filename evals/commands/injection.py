"""`python -m evals injection`: poisoned articles against a model that obeys them."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Any

from evals.terminal import say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `injection`."""
    parser = commands.add_parser("injection", help="poisoned articles against a model that obeys them")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.set_defaults(run=_injection)


def _injection(args: Any) -> int:
    from pathlib import Path

    from corpus.embed import load_embedder
    from evals.attacks import list_attacks
    from evals.injection import attack_all
    from evals.material import SAMPLE_ARTICLES, read_all
    from evals.stub import PROTOCOLS

    attacks = list_attacks()
    with TemporaryDirectory(prefix="byline-injection-") as home, show_progress(len(attacks) * len(PROTOCOLS)) as step:
        attempts, breaches = attack_all(read_all([str(SAMPLE_ARTICLES)]), Path(home), load_embedder(), step=step)
    if args.json:
        kinds = {
            k: {"attempts": n, "successes": sum(b.attack.kind == k for b in breaches)} for k, n in attempts.items()
        }
        say_json({"kinds": kinds, "attempts": attempts.total(), "successes": len(breaches)})
        return 1 if breaches else 0
    for kind, n in attempts.items():
        say(f"{kind:20} {n:4} attempts, {sum(b.attack.kind == kind for b in breaches)} successes")
    for breach in breaches[:20]:
        say(f"  {breach.attack.article.id} over {breach.protocol}: {breach.what}")
    say(f"{'all':20} {attempts.total():4} attempts, {len(breaches)} successes")
    return 1 if breaches else 0
