"""A reader in front of the page: a browser that looks for what must not happen, and what one does most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect


@contextmanager
def visiting(browser: Browser, url: str, **settings: Any) -> Iterator[Page]:
    """A page in a fresh context; afterwards nothing may have gone to another origin, to the console or past the CSP."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **settings})
    context.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    told: list[str] = []
    page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((url + "/", "data:")) else told.append(f"went to {r.url}"))
    page.goto(url)
    expect(page.locator("#standing")).to_contain_text("nothing leaves this machine")
    expect(page.locator("#question textarea")).to_be_visible()
    yield page
    assert told == []
    context.close()


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    done = page.locator('#now .exchange[data-done="true"]')
    expect(done.locator("h2")).to_have_text(question.strip(), use_inner_text=False)
    expect(done).to_be_visible()


def mark(page: Page, n: int) -> Any:
    return page.locator(f'#now .mark[data-n="{n}"]').first
