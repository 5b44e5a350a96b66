"""The trained reader: reads question and passage together. Scores sentences, marks the short answer, judges support."""
