"""Measure the stages against corpora, and train what is learned."""
