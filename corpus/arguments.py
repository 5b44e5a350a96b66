"""What may be typed after `python -m corpus`."""

from __future__ import annotations

import argparse


def make_parser() -> argparse.ArgumentParser:
    """The parser; what it gives has the command's name as `command`."""
    parser = argparse.ArgumentParser(prog="python -m corpus", description="The library of articles, in BYLINE_HOME.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=name)
        return made

    add = command("add", "Add articles: files, folders, links, feeds, or - for standard input.")
    add.add_argument("sources", nargs="+", metavar="SOURCE")
    sync = command("sync", "Make the library mirror a folder: add, update, and remove what is gone from it.")
    sync.add_argument("folder", metavar="FOLDER")
    sync.add_argument("--yes", action="store_true", help="remove even more than half of the folder's articles")
    sync.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    follow = command("follow", "Follow a feed or a folder: check it now, and again whenever it is due.")
    follow.add_argument("place", metavar="LINK|FOLDER")
    follow.add_argument("--every", type=int, metavar="MINUTES", help="default: 30 for a feed, 10 for a folder")
    unfollow = command("unfollow", "Follow a feed or a folder no more; its articles stay.")
    unfollow.add_argument("place", metavar="LINK|FOLDER")
    sources = command("sources", "List what is followed, and how that went.")
    refresh = command("refresh", "Check what is followed and due.")
    refresh.add_argument("--all", action="store_true", help="check everything, due or not")
    listing = command("list", "List the articles, latest first.")
    listing.add_argument("query", nargs="*", metavar="WORD", help="only those with these words in title, outlet or id")
    show = command("show", "Show one article.")
    show.add_argument("id", metavar="ID")
    remove = command("remove", "Remove articles.")
    remove.add_argument("ids", nargs="+", metavar="ID")
    export = command("export", "Write all articles as JSON lines, which add reads.")
    export.add_argument("file", metavar="FILE", help="- for standard output")
    undo = command("undo", "Take back the last removal, or those of some articles, for 30 days.")
    undo.add_argument("ids", nargs="*", metavar="ID")
    purging = command("purge", "Delete what was removed, or these articles, for good.")
    purging.add_argument("ids", nargs="*", metavar="ID")
    edit = command("edit", "Set an article's title, outlet or date; it stays so when its source changes.")
    edit.add_argument("id", metavar="ID")
    for name in ("title", "outlet", "published"):
        edit.add_argument(f"--{name}")
    importing = command("import", "Take in what export wrote, with ids, sources and earlier versions.")
    importing.add_argument("file", metavar="FILE")
    backup = command("backup", "Copy the library to a file, while it is in use.")
    backup.add_argument("file", metavar="FILE")
    doctor = command("doctor", "Check the library: what is wrong, what it means, and what to type.")
    doctor.add_argument(
        "--repair", action="store_true", help="mend what can be mended; nothing stored is embedded again"
    )
    stats = command("stats", "Say how much the library holds.")
    command("reindex", "Split and embed all articles anew, with the embedder in BYLINE_EMBEDDER.")
    for made in (add, sync, follow, sources, refresh, listing, show, remove, undo, importing, doctor, stats):
        made.add_argument("--json", action="store_true", help="print JSON")
    return parser
