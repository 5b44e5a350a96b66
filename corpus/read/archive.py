"""Documents that are zip archives (docx, odt, epub): opened only as far as they stay within limits."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree

from corpus.errors import ReadError

UNPACKED_BYTES = 100_000_000
"""More than this unpacked, and the archive is refused before anything is unpacked."""
MEMBER_BYTES = 30_000_000
N_MEMBERS = 10_000


class Archive:
    """A zip archive whose members are read one by one, into memory. Raises ReadError where one is not fit to be."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise ReadError(f"damaged: {error}") from error
        self._sizes = {info.filename: info for info in self._zip.infolist()}
        if len(self._zip.infolist()) > N_MEMBERS:
            raise ReadError(f"an archive of {len(self._zip.infolist()):,} files, limit {N_MEMBERS:,}")
        total = sum(info.file_size for info in self._zip.infolist())
        if total > UNPACKED_BYTES:
            raise ReadError(f"{total / 1e6:,.0f} MB when unpacked, limit {UNPACKED_BYTES / 1e6:.0f} MB")

    def names(self) -> list[str]:
        """The members."""
        return list(self._sizes)

    def read(self, name: str) -> bytes:
        """One member."""
        info = self._sizes.get(name)
        if info is None:
            raise ReadError(f"damaged: “{name[:80]}” is not in it")
        if info.flag_bits & 1:
            raise ReadError("encrypted; save it without a password")
        try:
            # What the directory says of sizes may be a lie, so no more is read than is allowed.
            with self._zip.open(info) as file:
                data = file.read(MEMBER_BYTES + 1)
        except (
            zipfile.BadZipFile,
            ValueError,
            NotImplementedError,
            EOFError,
            OSError,
            zlib.error,
            lzma.LZMAError,
        ) as error:
            raise ReadError(f"damaged: “{name[:80]}”: {error}") from error
        if len(data) > MEMBER_BYTES:
            raise ReadError(f"“{name[:80]}” has more than {MEMBER_BYTES / 1e6:.0f} MB when unpacked")
        return data

    def xml(self, name: str) -> Any:
        """One member as an lxml tree; entities are not expanded, nothing is fetched."""
        return parse_xml(self.read(name), name)


def parse_xml(data: bytes, name: str) -> Any:
    """An lxml tree from untrusted bytes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"damaged: “{name[:80]}”: {error}"[:200]) from error
