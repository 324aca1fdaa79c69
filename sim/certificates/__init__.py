"""Bounds that are proved by computation: inner maxima and margins over a ball."""
