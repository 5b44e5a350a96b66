"""What waits in the inbox, on the Evals section: looked at, kept as a draft or dropped, by the page's owner alone."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from filelock import FileLock
from pydantic import BaseModel, Field

from corpus.errors import BylineError
from evals.check import read_all
from evals.commands.new import write_drafts
from evals.inbox import draft_case, read_inbox, settle
from evals.types import EvalCase
from qa.web.feedback import Feedback
from qa.web.owner import Owner
from qa.web.ports import Asks, Keeps
from qa.web.words import retell, say

SHOWN = 100
DRAFTS = "drafts.jsonl"
Loaded = Future[tuple[Asks, Keeps]]


class Settled(BaseModel):
    """What is posted: which verdict, as it was listed, and what becomes of it."""

    id: Annotated[str, Field(max_length=100)]
    at: Annotated[str, Field(max_length=100)]
    what: Literal["draft", "drop"]


def make_inbox_routes(home: Path, loaded: Loaded, owner: Owner) -> APIRouter:
    """The routes of the inbox. Whoever may not change the library neither sees nor settles what readers said."""
    router = APIRouter()

    @router.get("/inbox")
    def inbox(request: Request) -> dict[str, Any]:
        if refusal := owner.refusal(request.headers.get("cookie")):
            return {"waiting": [], "n": 0, "refusal": refusal}
        waiting = read_inbox(home).waiting
        return {"waiting": [_row(one) for one in waiting[:SHOWN]], "n": len(waiting), "refusal": ""}

    @router.post("/inbox")
    def settled(said: Settled, request: Request) -> dict[str, Any]:
        if refusal := owner.refusal(request.headers.get("cookie")):
            raise HTTPException(403, refusal)
        (home / "evals").mkdir(parents=True, exist_ok=True)
        with FileLock(home / "evals" / "drafts.lock"):  # two presses are one draft
            one = next((f for f in read_inbox(home).waiting if (f.id, f.at) == (said.id, said.at)), None)
            if one is None:
                raise HTTPException(404, say("This verdict waits no more."))
            told = say("Dropped.")
            if said.what == "draft":
                if not loaded.done() or loaded.exception():
                    raise HTTPException(503, say("The library is still opening."))
                cited = {cite.article_id for cite in one.answer.citations}
                try:
                    kept = add_draft(home / "evals" / DRAFTS, draft_case(one, loaded.result()[1].articles(cited)))
                except BylineError as error:
                    raise HTTPException(409, retell(str(error))) from error
                told = say("Kept as the draft {id}. Go through drafts:", id=kept.id)
                told += f" python -m evals new SET --drafts {home / 'evals' / DRAFTS}"
            settle(home, one)
        return {"told": told}

    return router


def add_draft(path: Path, draft: EvalCase) -> EvalCase:
    """Add a draft to a file of drafts, under an id that none there has. Raises EvalError where it cannot be read."""
    kept = read_all(path).cases if path.exists() and path.stat().st_size else ()
    taken, n, name = {case.id for case in kept}, 1, draft.id or "from-chat"
    while (id := name if n == 1 else f"{name}-{n}") in taken:
        n += 1
    draft = replace(draft, id=id)
    write_drafts(path, [*kept, draft])
    return draft


def _row(one: Feedback) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "verdict": one.verdict,
        "question": one.question,
        "answer": one.answer.text or say("The articles don’t say."),
        "quotes": [cite.quote for cite in one.answer.citations],
        "turns": [{"role": turn.role, "content": turn.content} for turn in one.history],
    }
