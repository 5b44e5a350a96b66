"""What Byline adds to a language model's own time, measured against a stub that has none; and eight chats at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, sleep

import numpy as np

from corpus.library import Library
from evals.stub import PROTOCOLS, Request, Stub
from qa.assistant import Assistant
from qa.config import Config, Key
from qa.llm import load_llm

FIRST, WHOLE, BUILT_IN = 0.080, 0.150, 0.300
"""What is required, in seconds: over the provider's time to the first token, to the end of ten claims; p95 of eight."""
N_CLAIMS, N_CHATS = 10, 8


@dataclass(slots=True)
class Provider:
    """Says ten cited claims in small chunks, and keeps when it was asked, began and ended."""

    pause: float = 0.0
    asked: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    labels: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Iterator[str]:
        """The chunks."""
        self.asked = perf_counter()
        lines = [line for line in request.user.splitlines() if line.startswith("[")]
        text = " ".join(f"{line.partition(' ')[2]} {line.partition(' ')[0]}" for line in lines[:N_CLAIMS])
        self.began = perf_counter()
        for at in range(0, len(text), 16):
            yield text[at : at + 16]
            if self.pause:
                sleep(self.pause)
        self.ended = perf_counter()


@dataclass(frozen=True, slots=True)
class Overhead:
    """Medians in seconds: to the first text and to the whole answer, over the provider's own time."""

    protocol: str
    first: float
    whole: float


def measure_overhead(library: Library, questions: Sequence[str]) -> list[Overhead]:
    """The overhead over each protocol; the first two questions warm up."""
    config = Config(keys={"anthropic": Key("none")})
    out = []
    for protocol in PROTOCOLS:
        provider = Provider()
        with Stub(provider) as stub:
            model = load_llm(stub.spec(protocol), config)
            assistant = Assistant(library, config, [model] if model else [])
            firsts, wholes = [], []
            for question in questions:
                start = perf_counter()
                first = 0.0
                for progress in assistant.stream(question):
                    if not first and (progress.claims or progress.draft):
                        first = perf_counter()
                if not first:  # asked back, which no model is needed for
                    continue
                firsts.append(first - start - (provider.began - provider.asked))
                wholes.append(perf_counter() - start - (provider.ended - provider.asked))
        out.append(Overhead(protocol, float(np.median(firsts[2:])), float(np.median(wholes[2:]))))
    return out


def measure_chats(library: Library, questions: Sequence[str], turns: int) -> float:
    """Seconds until the built-in answer stands, at the 95th percentile, while eight chats of `turns` stream at once."""
    seconds: list[float] = []
    config = Config()
    with Stub(Provider(pause=0.01)) as stub:
        model = load_llm(stub.spec("openai-like"), config)
        assistant = Assistant(library, config, [model] if model else [])
        assistant.ask(questions[0])

        def chat(number: int) -> None:
            for question in questions[number % len(questions) :][:turns]:
                start, stands = perf_counter(), 0.0
                for progress in assistant.stream(question):
                    if not stands and (progress.built_in or progress.answer):
                        stands = perf_counter() - start
                seconds.append(stands)

        chats = [threading.Thread(target=chat, args=(number,)) for number in range(N_CHATS)]
        for one in chats:
            one.start()
        for one in chats:
            one.join()
    return float(np.quantile(seconds, 0.95))
