"""A page on a free loopback port, over a small library and an assistant with known answers."""

from __future__ import annotations

import contextlib
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

from corpus.catalogue import Catalogue, Filters
from corpus.followed import Followed
from corpus.origins import Origin
from corpus.overview import Overview, make_overview
from corpus.read import Note
from corpus.stories import Story
from corpus.timeline import Timeline
from corpus.types import AddReport, Article, ArticleRow, Failure, LibraryStats, day_of
from corpus.versions import Version
from qa.types import NOW, Answer, Answerer, Citation, Claim, Clock, Progress, Searched, Source, Support, Turn
from qa.web.desk import Memory
from qa.web.routes import Loaded
from qa.web.server import build_app, build_app_over

SAMPLES = Path(__file__).parent.parent / "corpus" / "articles"
HOSTILE = '<img src="{canary}/img" onerror="fetch(\'{canary}/run\')"><script>fetch("{canary}/js")</script>'
HOSTILE += " ![x]({canary}/md) [y](javascript:alert(1)) &lt;b&gt; ${{alert(1)}} {{{{value}}}}"


CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Known = dict[str, list[tuple[str, Support]]]


def find_chromium() -> str | None:
    """The system's Chromium, or None for the one that Playwright installed; without either, what to type."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return None
    raise RuntimeError("No Chromium for the page's tests. Type: python -m playwright install --with-deps chromium")


class FakeLibrary(Memory):
    """Articles in memory, and chats."""

    writable = True
    language = "en"
    owner: str | None = None

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        super().__init__()
        self._kept = {article.id: article for article in articles}
        self._added = dict.fromkeys(self._kept, datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
        self.generation = 1
        self.earlier: dict[str, list[Version]] = {}

    def article(self, article_id: str) -> Article | None:
        return self._kept.get(article_id)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        return {i: self._kept[i] for i in ids if i in self._kept}

    def stories(self, ids: Sequence[str]) -> dict[str, Story]:
        return {}

    def removals(self) -> list[Version]:
        return []

    def catalogue(self) -> Catalogue:
        return Catalogue(self.rows(limit=10**9)[0], dict)

    def timeline(self) -> Timeline:
        return self.catalogue().timeline(Filters())

    def overview(self) -> Overview:
        kept = list(self._kept.values())
        return make_overview(Counter(a.outlet for a in kept).items(), [a.source for a in kept], [])

    def feeds(self) -> tuple[Origin, ...]:
        return ()

    def taken_from(self, place: str) -> frozenset[str]:
        return frozenset()

    def followed(self) -> list[Followed]:
        return []

    def versions(self, article_id: str) -> list[Version]:
        return self.earlier.get(article_id, [])

    def rows(
        self, *, query: str = "", order: str = "published", descending: bool = True, limit: int = 100, offset: int = 0
    ) -> tuple[list[ArticleRow], int]:
        rows = [
            ArticleRow(a.id, a.title, a.outlet, a.url, a.published, a.source, self._added[a.id], len(a.text) // 600 + 1)
            for a in self._kept.values()
            if query.lower() in f"{a.title} {a.outlet}".lower()
        ]
        keys: dict[str, Callable[[ArticleRow], object]] = {
            "published": lambda r: str(day_of(r.published) or ""),
            "title": lambda r: r.title,
            "outlet": lambda r: r.outlet,
            "added": lambda r: r.added,
            "passages": lambda r: r.n_passages,
        }
        rows.sort(key=keys[order], reverse=descending)  # type: ignore[arg-type]
        return rows[offset : offset + limit], len(rows)

    def stats(self) -> LibraryStats:
        days = sorted(day for a in self._kept.values() if (day := day_of(a.published)))
        return LibraryStats(len(self._kept), 0, days[0] if days else None, days[-1] if days else None, self.generation)

    def add(
        self, items: Iterable[Article | Failure | Note], progress: Callable[[int, int], None] | None = None
    ) -> AddReport:
        report = AddReport()
        for item in items:
            if isinstance(item, Note):
                report += AddReport(notes=(Failure(item.source, item.remark),))
            elif isinstance(item, Failure):
                report += AddReport(failed=(item,))
            elif item.id in self._kept:
                report += AddReport(unchanged=(item.id,))
            else:
                self._kept[item.id] = item
                self._added[item.id] = datetime(2026, 11, 24, tzinfo=UTC)
                self.generation += 1
                report += AddReport(added=(item.id,))
        return report


class FakeAssistant:
    """Answers what it was told to, from the library; anything else is not found, and `break` breaks."""

    answerer = "Built-in answerer"
    answerers = (Answerer("Built-in answerer"),)

    def __init__(self, library: FakeLibrary, known: Known) -> None:
        self._library, self._known = library, known

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        *,
        answerer: str | None = None,
        stop: threading.Event | None = None,
        clock: Clock = NOW,
    ) -> Iterator[Progress]:
        if "break" in question:
            raise RuntimeError("a secret detail")
        answer = self.ask(question)
        for n in range(1, len(answer.claims)):
            yield Progress(answer.claims[:n])
        yield Progress(answer.claims, answer)

    def ask(self, question: str) -> Answer:
        rows, _ = self._library.rows(limit=1000)
        articles = [a for row in rows if (a := self._library.article(row.id))]
        cues = next((v for k, v in self._known.items() if k in question), None)
        if cues is None:  # any article that has the question's last word is an answer
            word = re.sub(r"\W+$", "", question).rsplit(" ", 1)[-1]
            sentences = [s for a in articles for s in re.findall(r"[^.\n]+\.", a.text) if word in s and len(word) > 3]
            cues = [(sentences[0].strip(), "quote")] if sentences else []
        claims: list[Claim] = []
        for quote, support in cues:
            source = next((a for a in articles if quote in a.text), None)
            at = source.text.index(quote) if source else 0
            cites = () if source is None else (
                Citation(len(claims) + 1, source.id, source.title, source.outlet, source.url, source.published_text,
                         at, at + len(quote), quote, tuple(m.span() for m in re.finditer(r"\d[\d,.]*\d|\d", quote))),
            )  # fmt: skip
            claims.append(
                Claim(quote, cites, support, {"partial": "the articles do not give the number"}.get(support, ""))
            )
        others = [Source(a.id, a.title, a.outlet, a.url, a.published_text) for a in articles[:3]]
        stats = self._library.stats()
        first = claims[0].text if claims else ""
        short = re.search(r"\d[\d,]*", first)
        return Answer(
            question=question,
            searched_for=question,
            status="answered" if claims else "not_found",
            claims=tuple(claims),
            short_answer=short.group() if short else None,
            also_read=tuple(others) if claims else (),
            nearest=() if claims else tuple(others),
            searched=Searched(stats.n_articles, *(d.isoformat() if d else None for d in (stats.first, stats.last))),
            answerer=self.answerer,
            confidence=1.0,
            seconds=0.01,
            usage=None,
            library_generation=stats.generation,
            try_instead=None if claims else "How many people died in the ferry sinking?",
        )


FERRY = "How many people died in the ferry sinking?"
KNOWN: Known = {
    "ferry sinking": [
        ("Sixty-seven people were pulled from the water or from two life rafts, the coast guard said.", "quote"),
        ("Gusts of up to 70 kilometers an hour were measured on the lake at the time.", "quote"),
        ("| Harrow Quay | 1,240 | 1,395 | 12.5 |", "supported"),
    ],
    "Kelderby": [
        ("The flood came at night.", "unsupported"),
        ("A passenger ferry sank in heavy weather on Lake Oressa on Friday evening", "partial"),
    ],
}


def sample_articles() -> list[Article]:
    """The shipped articles, read plainly."""
    found = []
    for path in sorted(SAMPLES.glob("*.md")):
        raw = path.read_text("utf-8")
        head = re.match(r"---\n(.*?)\n---\n", raw, re.DOTALL)
        if head is None:
            continue
        meta = dict(line.split(": ", 1) for line in head.group(1).splitlines())
        stamp = meta.get("published", "").strip("'\"")
        published = (datetime.fromisoformat(stamp) if "T" in stamp else date.fromisoformat(stamp)) if stamp else None
        title = meta["title"].strip('"').replace('\\"', '"')
        found.append(
            Article(
                path.stem,
                title,
                raw[head.end() :].strip(),
                meta.get("outlet", ""),
                meta.get("url"),
                published,
                str(path),
            )
        )
    return found


@contextlib.contextmanager
def running_page(
    library: FakeLibrary | None = None,
    known: Known | None = None,
    opening: Future[Any] | None = None,
    **options: Any,
) -> Iterator[str]:
    """Serve the page over the library (the shipped articles by default); gives its address.

    With `opening` the library opens when that future has a result; `options` are the app's.
    """
    library = FakeLibrary(sample_articles()) if library is None else library
    parts = FakeAssistant(library, KNOWN if known is None else known), library
    if opening is None:
        app = build_app(*parts, **options)
    else:
        loaded: Loaded = Future()
        opening.add_done_callback(lambda _: loaded.set_result(parts))
        app = build_app_over(loaded, **options)
    with serving(app) as url:
        yield url


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI app on a free loopback port; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    listening = threading.Event()
    real_startup = server.startup

    async def startup(sockets: object = None) -> None:
        await real_startup(sockets=None)
        listening.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not listening.wait(60):
        raise RuntimeError("the page did not start")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def photograph(url: str, question: str, path: Path, *, dark: bool = False) -> None:
    """A picture, 1280 wide, of the answer to a question with its first source open: the README's `docs/page.png`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        scheme: Any = "dark" if dark else "light"
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
        page.goto(url)
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator('#now .exchange[data-done="true"] .mark').first.click()
        page.locator(".reader mark.strong").wait_for()
        page.screenshot(path=path)
        browser.close()
