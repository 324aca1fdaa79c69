"""``verify sabotage``: the claims against spoiled evidence."""

from verify.command_line.probe import probe

command = probe(
    "sabotage",
    "SabotageReport",
    "Judge claims on evidence that is spoiled on purpose; what then still holds cannot fail.",
    budget="quick",
)
