"""The linter: 1,000 files of 1 KB, and one file of 10 MB."""
import os
import re

from bench import measure, peers, places, scripts
from bench.results import Result, Target

TITLE = "lint beside squawk"

# A kilobyte as people write it: a table with comments, an index, columns added, rows.
FILE = """-- Bets that a tenant has placed, {number:06d}. One row each, never changed after it is settled; what was paid out stands in the
-- ledger, and what is still open is summed up for the board.
CREATE TABLE bets_{number:06d} (
  tenant_id bigint NOT NULL,
  bet_id bigint NOT NULL,
  account_id bigint NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  stake numeric(12, 2) NOT NULL CHECK (stake > 0),
  odds numeric(8, 3) NOT NULL,
  state text NOT NULL DEFAULT 'open',
  PRIMARY KEY (tenant_id, bet_id)
);
SELECT create_distributed_table('bets_{number:06d}', 'tenant_id');
CREATE INDEX bets_{number:06d}_account ON bets_{number:06d} (tenant_id, account_id, placed_at DESC);
COMMENT ON TABLE bets_{number:06d} IS 'What was staked, at which odds; settled by the nightly run';
ALTER TABLE bets_{number:06d} ADD COLUMN note text;
INSERT INTO bets_{number:06d} (tenant_id, bet_id, account_id, stake, odds) VALUES (1, 1, 17, 10.00, 1.850), (1, 2, 18, 2.50, 3.400);
UPDATE bets_{number:06d} SET state = 'settled' WHERE tenant_id = 1 AND bet_id = 2;
"""
STATEMENTS, LIMIT = 7, 100000
# What squawk says of nearly every file, of sessions and not of statements, is left out.
SQUAWK = ["--assume-in-transaction", "--exclude=require-lock-timeout,require-statement-timeout"]


def run(bench):
    peers.program("squawk")
    yield many(bench)
    yield large(bench)


def linted(output):
    """How many files a report counts. There is nothing to find in them: a linter that says otherwise has not read them as the other has."""
    with open(output, errors="replace") as file:
        text = file.read()
    found = re.search(r"^(\d+) files?: nothing found$|^Found 0 issues in (\d+) files?", text, re.MULTILINE)
    if not found:
        raise RuntimeError("a linter has found something, or counts no files: %s" % text[-500:])
    return int(found[1] or found[2])


def contenders(folder, paths, counted):
    """Both linters on the same files; `counted` takes how many files each says that it has read."""

    def contender(tool, command):
        output = os.path.join(places.temporary(), tool + ".report")

        def run():
            # 1 is the exit code of both for findings.
            sample = measure.run(command, folder=folder, output=output, codes=(0, 1))
            counted[tool] = linted(output)
            return sample

        return measure.Contender(tool, run)

    return [
        contender("squawk", [peers.program("squawk"), *SQUAWK, *paths]),
        contender("whimbrel", [places.whimbrel(), "lint", ".", "--fail-on", "off"]),
    ]


def compare(bench, title, folder, paths):
    counted = {}
    result = Result(title, measure.interleave(contenders(folder, paths, counted), bench.rounds(7)), "squawk")
    if set(counted.values()) != {len(paths)}:
        raise RuntimeError("the linters have read %s files, not %d" % (counted, len(paths)))
    ours = result.contender("whimbrel")
    result.targets.append(Target("at most 1.0 times squawk", result.ratio("whimbrel"), 1.0, " times"))
    result.notes.append("Each has read %d files, %.1f MB; whimbrel %.1f MB/s." % (
        len(paths), size(folder, paths) / 1e6, size(folder, paths) / 1e6 / ours.median))
    return result


def size(folder, paths):
    return sum(os.path.getsize(os.path.join(folder, path)) for path in paths)


def many(bench):
    count, folder = bench.times(1000), places.folder("lint")
    paths = [scripts.name(number) for number in range(1, count + 1)]
    for number, path in enumerate(paths, 1):
        places.write(os.path.join(folder, path), FILE.format(number=number))
    return compare(bench, "%d files of 1 KB" % count, folder, paths)


def large(bench):
    megabytes, folder = bench.times(10), places.folder("lint-large")
    count = megabytes * 1000000 // len(FILE.format(number=1))
    if count * STATEMENTS > LIMIT:
        raise measure.NotMeasured("whimbrel reads at most %d statements of a file, and this one would have %d" % (LIMIT, count * STATEMENTS))
    places.write(os.path.join(folder, scripts.name(1)), "".join(FILE.format(number=number) for number in range(count)))
    return compare(bench, "one file of %d MB" % megabytes, folder, [scripts.name(1)])
