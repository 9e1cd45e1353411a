"""What a row has found, and how it is written."""
import dataclasses

from .measure import percentile


@dataclasses.dataclass
class Target:
    """A bound that was set beforehand, and what was measured. `limit` of None: there is nothing to compare."""

    text: str
    measured: float
    limit: float
    unit: str = ""
    digits: int = 2

    @property
    def met(self):
        return self.measured <= self.limit

    @property
    def shown(self):
        return "%.*f%s" % (self.digits, self.measured, self.unit)


@dataclasses.dataclass
class Result:
    """A table: contenders, the one that is the floor, bounds, and what is to be known about the run."""

    title: str
    contenders: list
    floor: str = None
    targets: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    # Programs that did not take part, and why.
    missing: dict = dataclasses.field(default_factory=dict)
    # For many values of one run each (latencies): percentiles instead of a spread.
    latencies: bool = False

    def contender(self, name):
        return next(contender for contender in self.contenders if contender.name == name)

    def ratio(self, name):
        return self.contender(name).median / self.contender(self.floor).median


def time(seconds):
    return "%.2f s" % seconds if seconds >= 10 else "%.3f s" % seconds if seconds >= 1 else "%.1f ms" % (seconds * 1e3)


def cell(value, form):
    return "" if value is None else form(value)


def markdown(result):
    """The tables of a row as Markdown."""
    head = ["", "median", "p99" if result.latencies else "best to worst", "runs"]
    head += ["to %s" % result.floor] if result.floor else []
    head += ["processor time", "memory at most"]
    lines = ["**%s**" % result.title]
    if result.contenders or result.missing:
        lines += ["", "| %s |" % " | ".join(head), "|%s" % ("---|" * len(head))]
    for contender in result.contenders:
        values = contender.seconds
        row = [contender.name, time(contender.median)]
        row.append(time(percentile(values, 0.99)) if result.latencies else "%s to %s" % (time(min(values)), time(max(values))))
        row.append(str(len(values)))
        if result.floor:
            row.append("%.2f" % result.ratio(contender.name))
        row += [cell(contender.processor(), time), cell(contender.memory(), lambda bytes: "%.1f MB" % (bytes / 1e6))]
        lines.append("| %s |" % " | ".join(row))
    for name, why in result.missing.items():
        lines.append("| %s | not measured: %s |%s" % (name, why, " |" * (len(head) - 2)))
    for target in result.targets:
        lines += ["", "Target: %s. Measured: %s, %s." % (target.text, target.shown, "met" if target.met else "**missed**")]
    for note in result.notes:
        lines += ["", note]
    return "\n".join(lines) + "\n"
