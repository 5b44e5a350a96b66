"""A real model that writes badly: nothing it writes breaks anything, and nothing is shown as what it is not."""

from pathlib import Path

import pytest
from llm_fixture import QUESTION, make_assistant, open_ferry_library

from evals.local_model import INSTALL, find_model, serving_model
from qa.cite import GROUP
from qa.config import Limits


@pytest.mark.skipif(find_model() is None, reason=f"the small model is not installed. {INSTALL}")
def test_whatever_a_real_model_writes_is_shown_as_what_it_is(tmp_path: Path) -> None:
    with open_ferry_library(tmp_path) as library, serving_model() as spec:
        assistant = make_assistant(library, spec, limits=Limits(5, 200, 250, 40), top_k=1)
        answer = assistant.ask(QUESTION)
        assert answer.notice == "" or answer.notice.startswith(("Cut off", "This is the built-in answer"))
        assert "no answer" not in answer.notice
        for claim in answer.claims:
            assert not GROUP.search(claim.text)
            assert claim.support == "unsupported" or claim.citations
        kept = library.articles({cite.article_id for cite in answer.citations})
        assert all(kept[c.article_id].text[c.start : c.end] == c.quote for c in answer.citations)
        assert (answer.usage or {})["passages_read"] == 1
