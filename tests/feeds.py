"""Pages and feeds as news sites have them, for tests that fetch or follow."""

from __future__ import annotations

FEED = "http://news.example/feed"
WORDS = "".join(f"<p>Paragraph {n} says something about the quay and its long history in town.</p>" for n in range(9))


def page(title: str, canonical: str = "", published: str = "") -> str:
    date_tag = f'<meta property="article:published_time" content="{published}">' if published else ""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    head = f'<title>{title}</title><meta property="og:title" content="{title}">{date_tag}{link}'
    return f"<!doctype html><html><head>{head}</head><body><article><h1>{title}</h1>{WORDS}</article></body></html>"


def rss(*entries: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>C</title>{''.join(entries)}</channel></rss>"


def entry(name: str, summary: str = "Short.", full: str = "") -> str:
    content = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{full}</content:encoded>"
    return (
        f"<item><title>Title {name}</title><link>http://news.example/{name}?utm_medium=rss</link>"
        f"<pubDate>Tue, 05 Mar 2024 10:00:00 +0100</pubDate>"
        f"<description>{summary}</description>{content if full else ''}</item>"
    )


def feed_of(*entries: str) -> dict[str, str]:
    return {"body": rss(*entries), "content_type": "application/rss+xml"}
