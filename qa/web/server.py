"""The web server: the page, its routes and the gate in front of them."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack, cast

import gradio as gr
import uvicorn
from fastapi import FastAPI

from corpus.errors import BylineError, ConfigError
from corpus.fetch import Fetcher
from qa.web.arriving import Arriving
from qa.web.chats import make_chat_routes
from qa.web.desk import Desk
from qa.web.owner import Owner, check_listening
from qa.web.page import frame_page, make_page
from qa.web.ports import Asks, Keeps
from qa.web.routes import ANYBODY, Loaded, make_routes
from qa.web.running import Running
from qa.web.security import App, Gate
from qa.web.tabs import Tab, make_tab_routes
from qa.web.visitors import Greeter, Visitors
from qa.web.words.speaker import Speaker

log = logging.getLogger(__name__)

_WILDCARDS = {"0.0.0.0", "::", ""}  # noqa: S104 (named, not bound)
_FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]


class Options(TypedDict, total=False):
    """What a page may be told; `build_app_over` has what holds otherwise.

    `allowed_hosts` are further names under which it may be opened; `home` is where verdicts on answers and the key of
    visitors' cookies are kept; `fetcher` makes the door through which added links are fetched; `tabs` are further
    sections; `owner` says who may change the library; `may_share` that chats may be shown to whoever has their link;
    `language` is what the page speaks, where it has it: else each browser's own.
    """

    allowed_hosts: Iterable[str]
    home: Path | None
    fetcher: Callable[[], Fetcher]
    tabs: Sequence[Tab]
    owner: Owner
    may_share: bool
    language: str


def build_app(assistant: Asks, library: Keeps, *, host: str = "127.0.0.1", **options: Unpack[Options]) -> App:
    """The page as an ASGI app over parts that are ready."""
    loaded: Loaded = Future()
    loaded.set_result((assistant, library))
    return build_app_over(loaded, host=host, **options)


def serve(
    load: Callable[[], tuple[Asks, Keeps]],
    *,
    host: str,
    port: int,
    on_open: Callable[[str], object] = log.info,
    **options: Unpack[Options],
) -> None:
    """Serve until interrupted. The port opens at once; `load` runs beside it, and questions wait for it.

    `on_open` is told the address. Raises ConfigError when the port cannot be had, or when others could reach it and
    anyone might change the library.
    """
    check_listening(host, options.get("owner", ANYBODY))
    loaded: Loaded = Future()

    def fill() -> None:
        try:
            loaded.set_result(load())
        except BaseException as error:  # an entry point: the page says it in words, the terminal in full
            if not isinstance(error, BylineError):
                log.exception("the library did not open")
            loaded.set_exception(error)

    door = _open_port(host, port)
    threading.Thread(target=fill, name="opening-the-library", daemon=True).start()
    app = build_app_over(loaded, host=host, **options)
    on_open(f"http://{'localhost' if host in _WILDCARDS else f'[{host}]' if ':' in host else host}:{port}")
    settings = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=2)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(settings).run(sockets=[door])


def _open_port(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError) as error:
        door.close()
        raise ConfigError(
            f"Cannot listen on {host}, port {port}: {error}. Try: BYLINE_PORT={port + 1} make run"
        ) from error
    return door


def build_app_over(
    loaded: Loaded,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
    home: Path | None = None,
    fetcher: Callable[[], Fetcher] = Fetcher,
    tabs: Sequence[Tab] = (),
    owner: Owner = ANYBODY,
    may_share: bool = False,
    language: str = "",
) -> App:
    """The page as an ASGI app over parts that may still be loading."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    running, arriving = Running(), Arriving()
    app.include_router(make_routes(loaded, running, fetcher=fetcher, owner=owner, arriving=arriving))
    app.include_router(make_tab_routes(tabs, loaded))
    desk = Desk(loaded, Visitors.at(home), may_share=may_share)
    app.include_router(make_chat_routes(loaded, desk))
    blocks = make_page(loaded, running, home, owner, desk, language, arriving)
    theme = gr.themes.Base(font=_FONTS, font_mono=["ui-monospace", "monospace"])
    gr.mount_gradio_app(
        app, blocks, path="/", server_name=host, footer_links=[], show_error=False, ssr_mode=False, theme=theme
    )
    own = () if host in _WILDCARDS else (f"[{host}]" if ":" in host else host,)
    gate = Gate(Greeter(cast(App, app), desk.visitors), (*own, *allowed_hosts), partial(frame_page, tabs=tabs))
    return Speaker(gate, language)
