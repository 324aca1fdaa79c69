"""How long runs take on more machines than are here: a simulation from measured parts.

What is measured here: how long each stored block of a full run took, what the scheduler and the
process that judges spend on a task, and how long judging takes. A small simulation of discrete
events puts these together for any number of workers: tasks are handed out four per worker ahead,
early looks and long tasks first; each check goes on to its next look when its own blocks are there
and judged. Scheduler and judging process do one thing at a time. It is held against runs with one
and two workers here, of tasks that wait and do not compute, so that other work on this machine
does not count.

Writes Markdown to docs/scaling.md, or prints it with --print. STORE is that of a full run of the
registry (a copy: nothing is drawn, but it is opened for writing):

    python benchmarks/scaling.py STORE
"""

from __future__ import annotations

import argparse
import datetime
import heapq
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from verify.catalogue.files import Home
from verify.catalogue.registry import load_registry
from verify.evidence.gathering import Evidence
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.evidence.tasks import SHORTEST, grouped
from verify.evidence.workers import IN_FLIGHT
from verify.figures import find
from verify.judging.pipeline import Pipeline, pipelines

ROOT = Path(__file__).resolve().parents[1]
CORES = (1, 16, 64, 256, 1000)
REPETITIONS = 10
LATENCY = 0.005
"""Seconds that a message takes from one process to another: small beside a task."""
PAGE = ROOT / "docs" / "scaling.md"
FIGURE = "wang2024/figure-1"
WAITING = """
import time
import sympy as sp
from bounds import Identity, Theorem
from verify import check
x = sp.Symbol("x", positive=True)
theorem = Theorem(id="own/theorem-1", statement="", claims=[Identity("a", "y", x)])
@check(theorem, cells=[dict(x=float(i + 1)) for i in range(4)], block=1, first=4, full=5, quick=5,
       seconds_per_replicate={seconds})
def simulate(rng, cell, n):
    time.sleep({seconds})
    return {{"y": cell["x"] * 10 * rng.standard_normal(n)}}
"""


class Costs(NamedTuple):
    """Seconds of one task in the scheduler and in the judging process, and to get there."""

    scheduler: float
    main: float
    latency: float


class Look(NamedTuple):
    """What one look of a check needs: the lengths of its tasks, and then judging."""

    tasks: Sequence[float]
    judging: float


def simulated(checks: Sequence[Sequence[Look]], workers: int, costs: Costs) -> float:
    """Return after how many seconds all checks are judged."""
    queue: list[tuple[int, float, int]] = []  # look, minus the length, check
    look, open_ = [0] * len(checks), [0] * len(checks)
    events: list[
        tuple[float, int, int]
    ] = []  # time, number, check: a task reaches the main process
    main = scheduler = 0.0
    free = [0.0] * workers
    flying = count = 0

    def begin(which: int) -> None:
        while look[which] < len(checks[which]) and not checks[which][look[which]].tasks:
            look[which] += 1
        if look[which] < len(checks[which]):
            tasks = checks[which][look[which]].tasks
            open_[which] = len(tasks)
            for seconds in tasks:
                heapq.heappush(queue, (look[which], -seconds, which))

    for which in range(len(checks)):
        begin(which)
    while queue or events:
        while queue and flying < IN_FLIGHT * workers:
            _, length, which = heapq.heappop(queue)
            scheduler = max(scheduler, main) + costs.scheduler
            start = max(heapq.heappop(free), scheduler + costs.latency)
            heapq.heappush(free, start - length)
            heapq.heappush(events, (start - length + costs.latency, count, which))
            flying, count = flying + 1, count + 1
        when, _, which = heapq.heappop(events)
        main = max(main, when) + costs.main
        flying -= 1
        open_[which] -= 1
        if not open_[which]:
            main += checks[which][look[which]].judging
            look[which] += 1
            begin(which)
    return main


def of_check(pipeline: Pipeline, jobs: int, each: float) -> list[Look]:
    """Return the looks of a check as far as the store goes, in tasks cut for so many workers.

    Parameters
    ----------
    each : float
        Seconds to judge a claim once.
    """
    evidence, check = pipeline.evidence, pipeline.evidence.check
    costs = {position: block_costs(evidence, position) for position in evidence.positions}
    there = min((len(cost) for cost in costs.values()), default=0)
    looks, before = [], 0
    for look in range(pipeline.looks):
        stop = evidence.blocks(check.size(look))
        if stop > there:
            break
        home = Home("", "")
        tasks = [
            sum(costs[position].get(block, 0.0) for block in task.blocks)
            for position in evidence.positions
            for task in grouped(check, home, position, range(before, stop), evidence.seed, jobs)
        ]
        looks.append(Look(tasks, each * len(pipeline.questions)))
        before = stop
    return looks


def block_costs(evidence: Evidence, position: int) -> dict[int, float]:
    """Return what the blocks of a cell took when they were made."""
    return evidence.store.costs(evidence.check.key, evidence._cells[position], evidence.seed)


def judging(store: Store, papers: Sequence[str]) -> float:
    """Return the CPU seconds that one judgement takes, with reading its replicates."""
    registry = load_registry()
    items = [item for item in registry.resolve(papers) if item.claim.box is None]
    seconds, count = 0.0, 0
    for pipeline in pipelines(registry, items, Settings("full", store=store.folder), store):
        evidence = pipeline.evidence
        started = time.process_time()
        while pipeline.open and not evidence.missing(evidence.check.size(pipeline.look)):
            count += len(pipeline.open)
            pipeline.judge()
        seconds += time.process_time() - started
        evidence.release()
    return seconds / max(count, 1)


@contextmanager
def a_cluster(workers: int):
    """Start a scheduler and workers of one thread as processes of their own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        run = [sys.executable, "-m"]
        options = ["--scheduler-file", str(file), "--no-dashboard"]
        scheduler = subprocess.Popen(
            [*run, "distributed.cli.dask_scheduler", "--port", "0", *options], **quiet
        )
        hands = [
            subprocess.Popen(
                [*run, "distributed.cli.dask_worker", "--nthreads", "1", *options], **quiet
            )
            for _ in range(workers)
        ]
        try:
            from distributed import Client

            while not file.exists():
                time.sleep(0.1)
            with Client(scheduler_file=str(file)) as client:
                client.wait_for_workers(workers)
                yield client.scheduler.address, psutil.Process(scheduler.pid)
        finally:
            for process in (*hands, scheduler):
                process.terminate()
            for process in (*hands, scheduler):
                process.wait()


def cpu(process: psutil.Process) -> float:
    """Return the CPU seconds of a process so far."""
    times = process.cpu_times()
    return times.user + times.system


def measured(workers: int) -> tuple[float, Sequence[Look], Costs]:
    """Run tasks that wait, on so many workers here; return how long it took, and what it cost."""
    from verify import run

    with tempfile.TemporaryDirectory() as folder, a_cluster(workers) as (address, scheduler):
        file = Path(folder) / "waiting.py"
        file.write_text(WAITING.format(seconds=SHORTEST))
        more = {"backend": "dask", "scheduler": address}
        run(str(file), store=f"{folder}/first", replicates=4, **more)  # everything is imported
        before = cpu(scheduler), time.process_time(), time.perf_counter()
        run(str(file), store=f"{folder}/store", **more)
        took = time.perf_counter() - before[2]
        spent = cpu(scheduler) - before[0], time.process_time() - before[1]
        registry = load_registry((str(file),))
        how = Settings("full", store=f"{folder}/store")
        with Store(how.store) as store:
            (pipeline,) = pipelines(registry, registry.from_file(str(file)), how, store)
            looks = of_check(pipeline, workers, 0.0)
    waits = [Look([SHORTEST] * len(look.tasks), 0.0) for look in looks]
    count = sum(len(look.tasks) for look in looks)
    return took, waits, Costs(spent[0] / count, spent[1] / count, LATENCY)


def burst(tasks: int = 1000) -> float:
    """Return the CPU seconds of the scheduler for one task, of many that do nothing."""
    from distributed import Client

    with a_cluster(1) as (address, scheduler), Client(address) as client:
        before = cpu(scheduler)
        executor = client.get_executor(pure=False)
        for future in [executor.submit(abs, at) for at in range(tasks)]:
            future.result()
        return (cpu(scheduler) - before) / tasks


def drawing_a_cell() -> tuple[int, float]:
    """Return how many tasks a repetition of the figure has, and the CPU seconds of one here."""
    figure = find(FIGURE)
    cells = figure.cells_of("full", None)
    check = figure.simulation
    started = time.process_time()
    check.simulate(check.generator(0, cells[0], 0), cells[0], check.block)
    return len(cells), time.process_time() - started


def rows(checks: Sequence[Pipeline], each: float, costs: Costs, figure: tuple[int, float]):
    """Yield a row of the table for each number of cores."""
    first: list[float] = []
    for cores in CORES:
        alone = cores == 1  # one process without a scheduler
        here = Costs(0.0, 0.0, 0.0) if alone else costs
        registry = [of_check(one, cores, each) for one in checks]
        drawn = [[Look([figure[1]] * (figure[0] * REPETITIONS), 0.0)]]
        times = [simulated(work, cores, here) for work in (registry, drawn)]
        first = first or times
        cells = [
            f"{words(t)} | {f / t:.0f} | {f / t / cores:.0%}"
            for t, f in zip(times, first, strict=True)
        ]
        yield f"| {cores} | {' | '.join(cells)} |"


def words(seconds: float) -> str:
    """Write a time."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def page(folder: Path) -> str:
    """Measure, simulate, and return the page."""
    held = [(workers, *measured(workers)) for workers in (1, 2)]
    costs = held[-1][-1]._replace(scheduler=burst())
    registry = load_registry()
    items = [item for item in registry.claims() if item.claim.box is None]
    with Store(folder) as store:
        each = judging(store, ["zhang2020"])
        every = pipelines(registry, items, Settings("full", store=folder), store)
        every = [one for one in every if of_check(one, 1, each)]
        figure = drawing_a_cell()
        table = "\n".join(rows(every, each, costs, figure))
        alone = [of_check(one, 1, each) for one in every]
        apart = [of_check(one, 10**6, each) for one in every]
    total = sum(sum(look.tasks) for looks in alone for look in looks)
    serial = sum(look.judging for looks in alone for look in looks)
    longest = max(sum(max(look.tasks, default=0) + look.judging for look in one) for one in apart)
    tests = "\n".join(
        f"| {workers} | {sum(len(look.tasks) for look in looks)} | {took:.1f} s | "
        f"{simulated([looks], workers, found):.1f} s |"
        for workers, took, looks, found in held
    )
    return HEAD.format(
        date=datetime.date.today().isoformat(),
        machine=f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        load=os.getloadavg()[0],
        scheduler=1e3 * costs.scheduler,
        main=1e3 * costs.main,
        each=1e3 * each,
        total=total / 3600,
        checks=len(every),
        serial=serial,
        longest=longest,
        cell=figure[1],
        tasks=figure[0] * REPETITIONS,
        table=table,
        tests=tests,
        rate=f"{1 / max(costs.scheduler, costs.main):.0f}",
    )


HEAD = """# How runs scale

Forecast of the time that runs take on a [cluster](cluster.md), from parts that were measured and a
simulation of discrete events that puts them together. Made by `benchmarks/scaling.py` on {date}
({machine}, load {load:.0f}; what was measured is CPU time, to which load does little).

| cores | registry at full | faster | efficiency | Figure 1 of wang2024 | faster | efficiency |
| --- | --- | --- | --- | --- | --- | --- |
{table}

*Registry at full*: the replicates of {checks} checks of all five papers as they lie in the store of
a full run, {total:.2f} core-hours, each check going on look by look; derivations and proofs on
boxes are remembered. (A store has nothing of checks whose code was changed since it was drawn:
they are not among these.) *Figure 1*: ten repetitions at the paper's sizes, {tasks} tasks of
{cell:.1f} s. One core is one process without a scheduler.

What limits it: judging takes {serial:.0f} s in all and is done by one process ({each:.0f} ms for a
claim at a look, with reading its replicates); the longest chain of looks of a single check takes
{longest:.0f} s with any number of cores. A task costs the scheduler {scheduler:.1f} ms and the
judging process {main:.1f} ms, so that they serve some {rate} tasks a second; for many workers the
tasks are therefore cut longer, up to five seconds where there is so much to do, and never
shorter than a tenth of a second.

The simulation against runs here, of tasks of half a second that wait and do not compute, in five
looks:

| workers | tasks | measured | simulated |
| --- | --- | --- | --- |
{tests}

The difference is what a run needs besides its tasks: connecting, asking workers for their versions,
and ending.
"""


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--print", action="store_true", help="print instead of writing the page")
    options = parser.parse_args()
    text = page(options.store)
    if options.print:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
