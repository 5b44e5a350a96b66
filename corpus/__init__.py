"""Articles in, searchable passages out."""

__version__ = "0.1.0"
