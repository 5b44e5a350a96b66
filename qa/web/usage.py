"""What an LLM's answer took, as HTML: time, passages, tokens, cost. Pure."""

from __future__ import annotations

from html import escape

from qa.types import Answer
from qa.web.words import retell, say, say_n, say_number


def render_usage(answer: Answer) -> str:
    """What an LLM's answer took, small: the passages it was given, tokens, cost, markers that named nothing."""
    usage = answer.usage
    if not usage:
        return ""
    parts = [retell(answer.answerer), f"{say_number(answer.seconds, 1)} s"]
    if "passages_read" in usage:
        read, found = round(usage["passages_read"]), round(usage.get("passages_found", 0))
        parts.append(
            say(
                "{read} of {found} passages read, the others did not fit into what the model can read at once",
                read=read,
                found=found,
            )
            if read < found
            else say("{read} of {found} passages read", read=read, found=found)
        )
    if "output_tokens" in usage:
        tokens = round(usage.get("input_tokens", 0)), round(usage["output_tokens"])
        parts.append(say("{into} tokens in, {out} out", into=tokens[0], out=tokens[1]))
    if "cost" in usage:
        parts.append(say("cost {cost}", cost=say_number(usage["cost"], 4)))
    if n := round(usage.get("unknown_labels", 0)):
        parts.append(
            say_n("{n} source mark that named no source left out", "{n} source marks that named no source left out", n)
        )
    return f'<p class="usage">{escape(" · ".join(parts))}</p>'
