"""What may befall the files of a run: a store, a report, a program."""

import contextlib
import json
import random
import re
import sqlite3
from pathlib import Path

import files

ONE = files.theorem_file(
    'Identity("mean", observable="y", equals=x), '
    'Identity("wrong", observable="y", equals=2 * x, expected="broken", because="it is false"), '
    'Probability("rare", event="e", at_most=sp.Rational(1, 2)), '
    'Inequality("positive", left="square", at_least=0)',
    'u = rng.random(n)\nreturn {"y": 0.9 + 0.2 * u, "e": u < 0.2, "square": (u - 0.5)**2}',
    binding="cells=[dict(x=1.0), dict(x=1)], block=64, first=256, quick=5",
)


def facts(report) -> dict:
    """A report without times and the notes on the store."""
    data = json.loads(report.to_json())
    data["summary"].pop("seconds")
    data.pop("notes")
    for claim in data["claims"]:
        claim.pop("seconds")
    return data


def in_the_file(path: Path, rng: random.Random) -> None:
    """Damage bytes somewhere: flip, zero or overwrite some, swap pages, or cut the end off."""
    data = bytearray(path.read_bytes())
    start, kind = rng.randrange(len(data)), rng.randrange(5)
    page = start // 4096 * 4096
    if kind == 0:
        data[start] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[page : page + 4096] = bytes(len(data[page : page + 4096]))
    elif kind == 2:
        data[start : start + 64] = rng.randbytes(len(data[start : start + 64]))
    elif kind == 3:
        other = rng.randrange(len(data) // 4096) * 4096
        one = bytes(data[page : page + 4096])
        data[page : page + 4096], data[other : other + 4096] = data[other : other + 4096], one
    else:
        del data[start:]
    path.write_bytes(data)


STATEMENTS = (
    "UPDATE block SET data = substr(data, 1, length(data) - 8) || x'0000000000000040' {where}",
    "UPDATE block SET data = x'00' {where}",
    "UPDATE block SET data = 3 {where}",
    "UPDATE block SET data = (SELECT data FROM block ORDER BY random() LIMIT 1) {where}",
    "UPDATE block SET hash = x'00' {where}",
    "UPDATE block SET seconds = -1 {where}",
    "UPDATE block SET seconds = 'text' {where}",
    "UPDATE block SET seconds = 9e999 {where}",
    "UPDATE block SET made = 'nothing' {where}",
    "UPDATE OR REPLACE block SET number = number + 1 {where}",
    "UPDATE OR REPLACE block SET number = 'text' {where}",
    "UPDATE OR REPLACE block SET cell = (SELECT MAX(cell) FROM block) {where}",
    "UPDATE OR REPLACE block SET seed = 1 {where}",
    "DELETE FROM block {where}",
)


def in_a_row(path: Path, rng: random.Random) -> None:
    """Damage some rows by a statement."""
    where = f"WHERE number = {rng.randrange(8)}"
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute(rng.choice(STATEMENTS).format(where=where))


def places(value, path=()):
    """Every place in nested data."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in items:
        yield from places(one, (*path, key))


ODD = [
    None, True, -1, 3, 1.5, 10**400, "", "<img src=x onerror=alert(1)>", "[/x]", "[bold]", "\ud800",
    "\x1b[2J", [], {}, [1], ["a", None], {"a": 1}, [[]], [[[[1]]]], "holds", "broken", "1",
]  # fmt: skip


def mutated(data, rng: random.Random):
    """A report with one value changed or lost."""
    data = json.loads(json.dumps(data))
    path = rng.choice([place for place in places(data) if place])
    inside = data
    for key in path[:-1]:
        inside = inside[key]
    if rng.random() < 0.2:
        del inside[path[-1]]
    else:
        inside[path[-1]] = rng.choice(ODD)
    return data


WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
NUMBERS = (
    "0",
    "1",
    "-1",
    "2.5",
    "1e-300",
    "1e6",
    "float('nan')",
    "None",
    "'a'",
    "sp.oo",
    "x",
    "[]",
)


def misspelt(text: str, rng: random.Random) -> str:
    """A program with one or two words lost, doubled, swapped, misspelt or replaced."""
    words = WORDS.findall(text)
    for _ in range(rng.choice((1, 1, 2))):
        where, other = rng.randrange(len(words)), rng.randrange(len(words))
        numbers = [place for place, word in enumerate(words) if word.isdigit()]
        match rng.randrange(6):
            case 0:
                words[where] = ""
            case 1:
                words[where] += words[where]
            case 2:
                words[where], words[other] = words[other], words[where]
            case 3:
                cut = rng.randrange(len(words[where]) + 1)
                words[where] = words[where][:cut] + rng.choice("_)('\n0é ") + words[where][cut:]
            case 4 if numbers:
                words[rng.choice(numbers)] = rng.choice(NUMBERS)
            case _:
                words[where] = words[other]
    return "".join(words)
