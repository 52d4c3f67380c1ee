"""Recall: what was remembered and is near the utterance."""
