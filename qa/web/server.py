"""The web server: the page, its routes and the gate in front of them."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import cast

import gradio as gr
import uvicorn
from fastapi import FastAPI

from corpus.errors import BylineError, ConfigError
from qa.web.page import frame_page, make_page
from qa.web.ports import Asks, Keeps
from qa.web.routes import Loaded, make_routes
from qa.web.running import Running
from qa.web.security import App, Gate
from qa.web.tabs import Tab, make_tab_routes

log = logging.getLogger(__name__)

_WILDCARDS = {"0.0.0.0", "::", ""}  # noqa: S104 (named, not bound)
_FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]


def build_app(
    assistant: Asks,
    library: Keeps,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
    tabs: Sequence[Tab] = (),
) -> App:
    """The page as an ASGI app over parts that are ready."""
    loaded: Loaded = Future()
    loaded.set_result((assistant, library))
    return build_app_over(loaded, host=host, allowed_hosts=allowed_hosts, tabs=tabs)


def serve(
    load: Callable[[], tuple[Asks, Keeps]],
    *,
    host: str,
    port: int,
    allowed_hosts: Iterable[str] = (),
    on_open: Callable[[str], object] = log.info,
    tabs: Sequence[Tab] = (),
) -> None:
    """Serve until interrupted. The port opens at once; `load` runs beside it, and questions wait for it.

    `tabs` are further sections. `on_open` is told the address. Raises ConfigError when the port cannot be had.
    """
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
    app = build_app_over(loaded, host=host, allowed_hosts=allowed_hosts, tabs=tabs)
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
    loaded: Loaded, *, host: str = "127.0.0.1", allowed_hosts: Iterable[str] = (), tabs: Sequence[Tab] = ()
) -> App:
    """The page as an ASGI app over parts that may still be loading."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    running = Running()
    app.include_router(make_routes(loaded, running))
    app.include_router(make_tab_routes(tabs, loaded))
    blocks = make_page(loaded, running)
    theme = gr.themes.Base(font=_FONTS, font_mono=["ui-monospace", "monospace"])
    gr.mount_gradio_app(
        app, blocks, path="/", server_name=host, footer_links=[], show_error=False, ssr_mode=False, theme=theme
    )
    own = () if host in _WILDCARDS else (f"[{host}]" if ":" in host else host,)
    return Gate(cast(App, app), (*own, *allowed_hosts), partial(frame_page, tabs=tabs))
