"""Checks go through their looks by themselves: none waits for another."""

from concurrent.futures import Future

from verify.evidence.tasks import Done, Task
from verify.evidence.workers import Workers
from verify.judging.pipeline import Pipeline, go_through


class Recorded:
    """A pipeline that needs so many tasks at each look, and writes down what happens."""

    def __init__(self, name, tasks, looks, events):
        self.name, self.needed, self.looks, self.events = name, tasks, looks, events
        self.look = self.outstanding = 0
        self.asked = -1
        self.forecast = 0.1
        self.evidence = type("Nothing", (), {"check": None})

    @property
    def open(self):
        return self.look < self.looks

    def tasks(self, jobs):
        if self.asked == self.look:
            return []  # nothing is missing any more
        self.asked, self.outstanding = self.look, self.needed
        return [Work(self.name, k) for k in range(self.needed)]

    def take(self, done):
        self.outstanding -= 1

    def judge(self):
        assert self.outstanding == 0
        self.events.append((self.name, self.look))
        self.look += 1
        return self.open

    def release(self):
        self.events.append((self.name, "released"))


class Work:
    home, forecast = None, 0.0

    def __init__(self, *name):
        self.name = name


class Silent:
    def started(self, seconds):
        pass

    def advanced(self, seconds):
        pass


def test_earlier_looks_come_first_and_every_check_is_given_back_once(monkeypatch):
    monkeypatch.setattr("verify.evidence.workers.perform", lambda task, check: task)
    events = []
    every = [Recorded("a", 2, 3, events), Recorded("b", 0, 2, events), Recorded("c", 1, 1, events)]
    with Workers[Pipeline](jobs=1) as workers:
        finished = [one.name for one in go_through(every, workers, Silent())]
    assert sorted(finished) == ["a", "b", "c"]
    assert events.index(("c", 0)) < events.index(("a", 1)), "look 0 of all before look 1 of any"
    assert [look for name, look in events if name == "a"] == [0, 1, 2, "released"]


def test_no_replicates_stay_in_memory_of_checks_that_were_given_back(monkeypatch):
    events = []
    every = [Recorded(name, 0, 1, events) for name in "abc"]
    with Workers[Pipeline](jobs=1) as workers:
        for pipeline in go_through(every, workers, Silent()):
            assert (pipeline.name, "released") not in events, "whoever asked still needs them"
    assert sum(what == "released" for _, what in events) == 3


class SlowLast:
    """Workers that are done with everything else before a task of the slow check."""

    jobs = 2

    def __init__(self):
        self.queue = []

    def add(self, owner, task, check, priority=0):
        self.queue.append((owner, task))

    @property
    def busy(self):
        return bool(self.queue)

    def hand_over(self):
        pass

    def next(self):
        self.queue.sort(key=lambda entry: entry[0].name == "slow")
        owner, _ = self.queue.pop(0)
        return owner, type("Done", (), {"forecast": 0.0})


def test_a_slow_task_holds_up_its_own_check_alone():
    events = []
    every = [Recorded("slow", 1, 1, events), Recorded("fast", 2, 9, events)]
    finished = [one.name for one in go_through(every, SlowLast(), Silent())]
    assert finished == ["fast", "slow"]
    judged = [event for event in events if event[1] != "released"]
    assert judged == [*[("fast", look) for look in range(9)], ("slow", 0)]


class Waited(Workers[str]):
    """Workers that give back a result of `apply` first, and then that of a task."""

    def _worth_starting(self, seconds):
        return True

    def _submit(self, function, argument):
        future = Future()
        is_task = isinstance(argument, Task)
        future.set_result(Done(argument.position, 0.0, [], "") if is_task else function(argument))
        return future


def test_what_is_applied_and_what_is_simulated_for_it_are_not_mistaken_for_one_another():
    task = Task("home", "c", "k", 7, {}, (0,), 0, 1.0)
    with Waited(jobs=2) as workers:

        def arguments():
            yield 1  # done, and not yet asked for, when the next one is waited for
            workers.add("owner", task, None)
            owner, done = workers.next()
            assert (owner, done.position) == ("owner", 7)
            yield 2

        assert sorted(workers.apply(lambda x: -x, arguments(), 1.0)) == [(1, -1), (2, -2)]


def test_what_no_worker_knows_is_done_here_and_all_that_is_asked_for_comes_back():
    handed_over = []

    class Seen(Waited):
        def _submit(self, function, argument):
            handed_over.append(argument)
            return super()._submit(function, argument)

    with Seen(jobs=1) as workers:
        found = workers.apply(lambda x: -x, range(40), 1.0, here=lambda x: x < 20)
        assert sorted(found) == [(x, -x) for x in range(40)]
    assert sorted(handed_over) == list(range(20, 40))
