"""``verify sharpness``: which constants and exponents the evidence pins."""

from verify.command_line.probe import probe

command = probe(
    "sharpness",
    "SharpnessReport",
    "Find with which other constants and exponents the claims would hold as well.",
    budget="quick",
)
