"""The errors that Byline raises on purpose. Each message says what, where, and the next command to type.

BylineError
├── ConfigError            a setting is wrong
├── ReadError              a source could not be read as an article
├── LibraryError           the library cannot be opened or changed
│   ├── EmbedderMismatch   the library was made with another embedder
│   └── LibraryLocked      another process is doing what only one may do
├── EmbedderError          the embedding model cannot be loaded
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


class LibraryError(BylineError):
    """The library cannot be opened or changed."""


class EmbedderMismatch(LibraryError):
    """The library was made with another embedder."""


class LibraryLocked(LibraryError):
    """Another process is doing what only one may do at a time."""


class EmbedderError(BylineError):
    """The embedding model cannot be loaded."""


class QuestionError(BylineError):
    """A question cannot be asked as given."""


class LLMError(BylineError):
    """The language model cannot be used, or did not answer."""


class EvalError(BylineError):
    """An eval set or run is not usable."""
