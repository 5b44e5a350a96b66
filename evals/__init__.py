"""Eval cases in, a report out."""
