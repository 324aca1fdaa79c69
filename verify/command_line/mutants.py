"""``verify mutants``: the evidence against changed claims."""

from verify.command_line.probe import probe

command = probe(
    "mutants",
    "MutantReport",
    "Judge the evidence against changed claims; a sharp check catches the false ones.",
    budget="full",
)
