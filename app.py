"""Byline's page: `python app.py`. The address and all other settings come from BYLINE_ variables (see the README)."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import ExitStack, closing
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.library import Library
    from qa.assistant import Assistant
    from qa.config import Config

# Before any import that reads them: these three libraries phone home unless told not to.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def main() -> None:
    """Serve until interrupted; a setting that is wrong ends with one line that says which."""
    from corpus.errors import BylineError
    from corpus.link import make_fetcher
    from evals.tab import make_tab
    from qa.config import COLLECTIONS, Config
    from qa.web.owner import Owner
    from qa.web.server import serve

    gc.set_threshold(*COLLECTIONS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the library is closed then too
    try:
        config = Config.from_env()
        owner = Owner.from_config(config.library)
        with ExitStack() as held:
            serve(
                lambda: _load(config, held),
                host=config.host,
                port=config.port,
                allowed_hosts=config.allowed_hosts,
                home=config.library.home,
                fetcher=lambda: make_fetcher(config.library),
                tabs=[make_tab(config.library.home, owner)],
                owner=owner,
                may_share=config.share,
                language=config.library.language,
                on_open=lambda address: print(f"Byline is at {address} (Ctrl+C ends it)", flush=True),  # noqa: T201
            )
    except BylineError as error:
        sys.exit(str(error))


def _load(config: Config, held: ExitStack) -> tuple[Assistant, Library]:
    # Imported here, off the main thread: the models' libraries take seconds, the page should not.
    from corpus.background import Follower
    from corpus.follow import Checker
    from corpus.library import Library
    from corpus.link import make_fetcher
    from qa.assistant import load_assistant

    library = held.enter_context(Library.open(config.library, background=True))
    if library.writable:
        held.enter_context(closing(Follower(Checker(library, cache(lambda: make_fetcher(config.library))))))
    return load_assistant(library, config), library


if __name__ == "__main__":
    main()
