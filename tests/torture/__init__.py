"""Runs that are killed, stores and reports that are damaged, calls and files that are nonsense.

``python -m tests.torture`` tries each kind of fault many times and writes what came of it as a page
of the documentation; the tests try each a few times.
"""
