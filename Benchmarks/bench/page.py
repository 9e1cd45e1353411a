"""The tables in docs/benchmarks.md."""
import os
import re

from . import places

path = os.path.join(places.checkout, "docs", "benchmarks.md")


def save(row, rows, about, text, found):
    """Puts a row's tables between its markers, `<!-- measured: ROW -->` and `<!-- end of ROW -->`, and its bounds into the summary."""
    with open(path) as file:
        page = file.read()
    page = replace(page, "<!-- measured: %s -->" % row, "<!-- end of %s -->" % row, lambda _: "\n%s\n\n%s\n" % (about, text))
    page = replace(page, "<!-- summary -->", "<!-- end of summary -->", lambda old: summary(old, row, rows, found))
    with open(path, "w") as file:
        file.write(page)


def replace(page, begin, end, change):
    if begin not in page or end not in page:
        raise SystemExit("%s has no %s" % (path, begin))
    before, _, rest = page.partition(begin + "\n")
    old, _, after = rest.partition(end)
    return before + begin + "\n" + change(old) + end + after


def summary(old, row, rows, found):
    """Lines for each bound of this row; those of other rows stay."""
    lines = {}
    for line in old.splitlines():
        named = re.match(r"\| \[`([\w-]+)`\]", line)
        if named and named[1] != row:
            lines.setdefault(named[1], []).append(line)
    lines[row] = [
        "| [`%s`](#%s) | %s | %s | %s | %s |" % (
            row, row, result.title, target.text, target.shown, "met" if target.met else "**missed**")
        for result in found for target in result.targets
    ] or ["| [`%s`](#%s) | %s | | | not measured |" % (row, row, found[0].title)]
    head = ["", "| row | what | target | measured | |", "|---|---|---|---|---|"]
    return "\n".join(head + [line for name in rows for line in lines.get(name, [])]) + "\n\n"
