"""Attacks on a claim: changed claims, and parameters for property-based tests."""
