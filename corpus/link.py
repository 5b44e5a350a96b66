"""Links to articles: a page or document behind one, or the entries of a feed with the pages behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.address import canonical_url, choose_canonical, is_intranet
from corpus.config import LibraryConfig
from corpus.errors import FetchError
from corpus.fetch import Fetched, Fetcher
from corpus.read import Item, read_articles, read_bytes
from corpus.read.formats import BY_SUFFIX, HEAD_BYTES, format_of
from corpus.read.normalize import slug
from corpus.read.note import SUMMARY_ONLY, SUMMARY_SO_FAR, Note
from corpus.types import Article, Failure

MAX_PAGES = 50
"""Pages behind one feed's entries that are fetched in one go; the others come the next time."""
_SUFFIX = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/feed+json": ".json",
    **dict.fromkeys(("text/xml", "application/xml", "application/rss+xml", "application/atom+xml"), ".xml"),
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/rtf": ".rtf",
    "application/x-ndjson": ".jsonl",
}
_NEVER = re.compile(r"(?:image|video|audio|font)/|application/(?:zip|javascript|wasm|x-)|text/(?:css|javascript)")


def make_fetcher(config: LibraryConfig) -> Fetcher:
    """The door to the network as the settings have it."""
    return Fetcher(allows=is_intranet, any_port=True) if config.allow_private else Fetcher()


def is_link(source: str) -> bool:
    """Whether this names something on the web rather than a file."""
    return bool(re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE))


def read_source(source: str, fetcher: Callable[[], Fetcher]) -> Iterator[Item]:
    """The articles of a file, a folder, standard input (`-`) or a link; `fetcher` is made when there is a link."""
    if is_link(source):
        yield from read_link(source, fetcher())
    else:
        yield from read_articles(source)


def read_link(url: str, fetcher: Fetcher) -> Iterator[Item]:
    """The article behind a link, or, where it is a feed, those of its entries."""
    try:
        fetched = fetcher.fetch(url)
    except FetchError as error:
        yield Failure(url, str(error))
        return
    items = read_fetched(fetched)
    yield from complete_entries(items, fetcher) if is_feed(fetched) else items


def is_feed(fetched: Fetched) -> bool:
    """Whether a response is a feed, by its first bytes."""
    form = format_of("", (fetched.body or b"")[:HEAD_BYTES])
    json_feed = b"https://jsonfeed.org/version/" in (fetched.body or b"")[:HEAD_BYTES]
    return json_feed or (not isinstance(form, str) and form.name == "feed")


def read_fetched(fetched: Fetched) -> list[Item]:
    """What a response holds: a feed's entries as it says them, or one thing known by its canonical address."""
    if _NEVER.match(fetched.content_type):
        return [Failure(fetched.url, f"not an article: {fetched.content_type}")]
    items = read_bytes(fetched.body or b"", fetched.url, _file_name(fetched))
    return items if is_feed(fetched) else [_known_by_address(item, fetched.url) for item in items]


def complete_entries(items: list[Item], fetcher: Fetcher) -> Iterator[Item]:
    """A feed's entries known by their links; those with only a summary are read from the page behind them."""
    short = {item.source for item in items if isinstance(item, Note) and item.remark == SUMMARY_ONLY}
    n_fetched = 0
    for item in items:
        if isinstance(item, Note) and item.remark == SUMMARY_ONLY:
            continue  # said again below where it stays true
        if not isinstance(item, Article):
            yield item
            continue
        known = _known_by_link(item)
        if item.source not in short:
            yield known
        elif known.url and n_fetched < MAX_PAGES:
            n_fetched += 1
            yield from _page_behind(known, item.url or "", fetcher)
        else:
            yield Note(known.source, SUMMARY_SO_FAR if known.url else SUMMARY_ONLY)
            yield known


def _page_behind(entry: Article, url: str, fetcher: Fetcher) -> Iterator[Item]:
    try:
        found = read_fetched(fetcher.fetch(url))
        why, lasting = next((item.reason for item in found if isinstance(item, Failure)), ""), True
    except FetchError as error:
        found, why, lasting = [], str(error), 400 <= error.status < 500 and error.status != 429
    article = next((item for item in found if isinstance(item, Article)), None)
    if article is None:
        yield Note(entry.source, f"{SUMMARY_ONLY if lasting else SUMMARY_SO_FAR}; the page behind it: {why}")
        yield entry
        return
    yield replace(
        article,
        id=entry.id,
        published=article.published or entry.published,
        outlet=article.outlet or entry.outlet,
        author=article.author or entry.author,
        source=entry.source,
    )


def _known_by_link(entry: Article) -> Article:
    if not entry.url:
        return entry
    url = canonical_url(entry.url)
    return replace(entry, url=url, source=url)


def _known_by_address(item: Item, fetched: str) -> Item:
    if isinstance(item, Failure):
        reason = "not an article: there is no text in it" if item.reason == "no text" else item.reason
        return Failure(fetched, reason)
    if isinstance(item, Note):
        return Note(fetched, item.remark)
    url = choose_canonical(fetched, item.url or "")
    within = item.source.partition("#")[2]  # one of several, as in a table
    return replace(item, url=url, source=f"{url}#{within}" if within else url, id=_name(url, item))


def _name(url: str, article: Article) -> str:
    """An id out of the address's last part, or, where that is a number or a word like `index`, out of the title."""
    last = slug(PurePosixPath(unquote(urlsplit(url).path)).stem)
    return last if last.count("-") > 1 else slug(article.title)


def _file_name(fetched: Fetched) -> str:
    path = PurePosixPath(unquote(urlsplit(fetched.url).path))
    own = path.suffix.lower()
    suffix = _SUFFIX.get(fetched.content_type) or (own if own in BY_SUFFIX else ".html")
    # A server that knows no better calls Markdown plain text.
    suffix = own if suffix == ".txt" and own in BY_SUFFIX else suffix
    return f"{path.stem or 'page'}{suffix}"
