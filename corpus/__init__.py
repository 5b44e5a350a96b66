"""Articles in, searchable passages out."""
