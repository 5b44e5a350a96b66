"""The errors that Byline raises on purpose. Each message says what, where, and the next command to type.

BylineError
├── ConfigError            a setting is wrong
├── ReadError              a source could not be read as an article
├── FetchError             an address could not be fetched
├── LibraryError           the library cannot be opened or changed
│   ├── IndexesUnwritable  the indexes cannot be written; the articles are safe
│   ├── EmbedderMismatch   the library was made with another embedder
│   └── LibraryLocked      another process is doing what only one may do
├── EmbedderError          the embedding model cannot be loaded
├── ReaderError            the reader's weights or training data are not usable
├── QuestionError          a question cannot be asked as given
├── LLMError               the language model cannot be used, or did not answer
└── EvalError              an eval set or run is not usable
"""


class BylineError(Exception):
    """Anything that Byline itself reports; its text is fit to show."""


class ConfigError(BylineError):
    """A setting is wrong."""


class ReadError(BylineError):
    """A source could not be read as an article."""


class FetchError(BylineError):
    """An address could not be fetched: `status` is HTTP's, if it came to that; `wait` is when to try again, in s."""

    def __init__(self, message: str, status: int = 0, wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait


class LibraryError(BylineError):
    """The library cannot be opened or changed."""


class IndexesUnwritable(LibraryError):
    """The indexes cannot be written; the articles are safe, and answered from all the same."""


class EmbedderMismatch(LibraryError):
    """The library was made with another embedder."""


class LibraryLocked(LibraryError):
    """Another process is doing what only one may do at a time."""


class EmbedderError(BylineError):
    """The embedding model cannot be loaded."""


class ReaderError(BylineError):
    """The reader's weights or training data are not usable."""


class QuestionError(BylineError):
    """A question cannot be asked as given."""


class LLMError(BylineError):
    """The language model cannot be used, or did not answer."""


class EvalError(BylineError):
    """An eval set or run is not usable."""
