"""Measuring: one run of a program, and interleaved runs of several."""
import dataclasses
import os
import statistics
import subprocess
import sys

from . import places


class NotMeasured(Exception):
    """A row, or one of its programs, cannot run here; the text says why."""


@dataclasses.dataclass
class Sample:
    """One run: seconds by the clock and of processor time, and bytes of resident memory at most; None where it was not looked at."""

    seconds: float
    processor: float = None
    memory: int = None


class Contender:
    """A program in a row. `run` does the work once and returns a Sample; `rounds` caps how often a slow one takes part."""

    def __init__(self, name, run, rounds=None):
        self.name, self.run, self.rounds, self.samples = name, run, rounds, []

    @property
    def seconds(self):
        return [sample.seconds for sample in self.samples]

    @property
    def median(self):
        return statistics.median(self.seconds)

    def memory(self):
        seen = [sample.memory for sample in self.samples if sample.memory is not None]
        return max(seen) if seen else None

    def processor(self):
        seen = [sample.processor for sample in self.samples if sample.processor is not None]
        return statistics.median(seen) if seen else None


def launcher():
    """The program that starts others and says what they took, compiled once."""
    source, program = os.path.join(places.benchmarks, "launcher.c"), os.path.join(places.cache, "launcher")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(places.cache, exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", program, source], check=True)
    return program


def run(command, environment=None, folder=None, input=None, output=None, codes=(0,)):
    """Runs a program to its end. `output` is the file for what it prints (default: one that is shown if the exit code is none of `codes`)."""
    output = output or os.path.join(places.temporary(), "output")
    reading, writing = os.pipe()

    def hand_over():
        os.dup2(writing, 3)

    with open(output, "wb") as sink, open(input or os.devnull, "rb") as source:
        process = subprocess.Popen(
            [launcher(), *command], env={**os.environ, **(environment or {})}, cwd=folder, stdin=source, stdout=sink,
            stderr=subprocess.STDOUT, pass_fds=(3, writing) if writing != 3 else (3,), preexec_fn=hand_over)
        os.close(writing)
        with os.fdopen(reading) as report:
            words = report.read().split()
        process.wait()
    if len(words) != 5 or int(words[4]) not in codes:
        with open(output, errors="replace") as text:
            tail = text.read()[-2000:]
        raise RuntimeError("%s ended with %s:\n%s" % (" ".join(command)[:300], words[4] if len(words) == 5 else "nothing", tail))
    wall, user, system, memory = (int(word) for word in words[:4])
    return Sample(wall / 1e9, (user + system) / 1e9, memory * 1024)


def interleave(contenders, rounds, warm=True):
    """Runs all contenders in turn, `rounds` times; a first round that only warms caches is not counted."""
    for number in range(-1 if warm else 0, rounds):
        for contender in contenders:
            if number < 0 or contender.rounds is None or number < contender.rounds:
                sample = contender.run()
                if number >= 0:
                    contender.samples.append(sample)
        say("  round %d of %d" % (number + 1, rounds) if number >= 0 else "  warmed")
    return contenders


def percentile(values, share):
    """The value that `share` of all are at most."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def say(text):
    """Progress, to whoever waits; results go to the standard output."""
    print(text, file=sys.stderr, flush=True)
