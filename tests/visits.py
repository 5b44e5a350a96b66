"""A reader in front of the page: a browser that looks for what must not happen, and what one does most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page, expect


class Window:
    """A browser's window, and what was told in it: errors, breaches of the CSP, dialogs, requests to other origins."""

    def __init__(self, browser: Browser, settings: dict[str, Any]) -> None:
        self.told: list[str] = []
        self.url = ""
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **settings})
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        told = self.told
        self.page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: told.append(str(error)))
        self.page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.url + "/", "data:")):
            self.told.append(f"went to {request.url}")

    def forget(self) -> None:
        """Leave nothing of a visit but what the browser may keep of any page: files, and how it runs them."""
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.context.clear_cookies()
        self.context.clear_permissions()


windows: WeakKeyDictionary[Browser, dict[str, Window]] = WeakKeyDictionary()
"""Those of each browser that are free, by their settings: a page loads twice as fast where one like it has."""


@contextmanager
def visiting(browser: Browser, url: str, **settings: Any) -> Iterator[Page]:
    """The page as if never seen; afterwards nothing may have gone to another origin, to the console or past the CSP."""
    free = windows.setdefault(browser, {})
    window = free.pop(repr(settings), None) or Window(browser, settings)
    window.url = url
    page = window.page
    page.goto(url, wait_until="commit")
    window.told.clear()  # the page before may complain of what it was still waiting for
    expect(page.locator("#standing")).to_contain_text("nothing leaves this machine")
    expect(page.locator("#question textarea")).to_be_visible()
    yield page
    assert not window.told, window.told
    window.forget()
    free[repr(settings)] = window


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    done = page.locator('#now .exchange[data-done="true"]')
    expect(done.locator("h2")).to_have_text(question.strip(), use_inner_text=False)
    expect(done).to_be_visible()


def mark(page: Page, n: int) -> Any:
    return page.locator(f'#now .mark[data-n="{n}"]').first
