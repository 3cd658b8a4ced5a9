"""Throughline: how a news article frames its actors, first paragraph to last."""
