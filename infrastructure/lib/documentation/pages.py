"""Pages of the documentation, and the blocks of code in them."""
import glob
import os
import re

root = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))

# Why a block is not run. A reason that no block has is a fault, too.
reasons = {
    "cluster": "needs a Kubernetes whose nodes run pods",
    "containers": "needs Docker, kind, k3d or Tilt",
    "newer-server": "needs a newer API server than the one of the tests (1.20)",
    "published": "needs an image, a chart or a signature that is not published yet, or a service elsewhere",
    "build": "builds the project: `make test` has just done that, and other tests run what it built",
    "endless": "runs until it is ended; a controller runs beside all the blocks anyway",
    "long": "takes minutes, or the machine for itself",
    "recorded": "shows what was seen on real Citus or a real cluster, or in a moment that a test cannot bring about",
}

fence = re.compile(r"^( *)(`{3,}|~{3,})\s*([\w-]*)\s*$")
shell_words = re.compile(
    r"^(\$ |(sudo |[A-Z_]+=\S* )*(kubectl|whimbrel|make|helm|docker|kind|k3d|tilt|flux|argocd|curl|git|infrastructure/\S+|examples/\S+|psql|cosign|pip)\s)")


class Block:
    """A block of shell."""

    def __init__(self, page, line, lines, marker, setup):
        self.page, self.line, self.lines, self.marker, self.setup = page, line, lines, marker, setup

    @property
    def place(self):
        return "%s:%d" % (self.page, self.line)

    @property
    def reason(self):
        found = re.fullmatch(r"not run: ([\w-]+)", self.marker or "")
        return found.group(1) if found else None

    @property
    def run(self):
        """None if it is not run, else (the code of its end, words to replace)."""
        found = re.fullmatch(r"run(?: with((?: \w+=\S+)+))?(?:, ends with (\d+))?", self.marker or "")
        if not found:
            return None
        return int(found.group(2) or 0), dict(word.split("=", 1) for word in (found.group(1) or "").split())

    def steps(self):
        """Commands, each with the lines that it must print, or None where nothing is said about them."""
        if not self.lines[0].startswith("$ "):
            return [("\n".join(self.lines), None)]
        steps, index = [], 0
        while index < len(self.lines):
            command, index = [self.lines[index][2:]], index + 1
            while command[-1].endswith("\\") and index < len(self.lines):
                command, index = command + [self.lines[index]], index + 1
            output = []
            while index < len(self.lines) and not self.lines[index].startswith("$ "):
                output, index = output + [self.lines[index]], index + 1
            steps.append(("\n".join(command), output or None))
        return steps


class Page:
    """A page: its shell blocks, and faults of their form."""

    def __init__(self, path, text):
        self.path, self.blocks, self.faults = path, [], []
        self.lines = text.split("\n")
        self._read()

    def _read(self):
        marker, setup, index = None, [], 0
        while index < len(self.lines):
            line = self.lines[index]
            opening = fence.match(line)
            if opening:
                end = index + 1
                while end < len(self.lines) and self.lines[end].strip() != opening.group(2):
                    end += 1
                body = [text[len(opening.group(1)):] for text in self.lines[index + 1:end]]
                marker, setup = self._take(index + 1, opening.group(3), body, marker, setup)
                index = end
            elif line.startswith("<!-- setup"):
                end = index + 1
                while end < len(self.lines) and self.lines[end].strip() != "-->":
                    end += 1
                setup, index = setup + self.lines[index + 1:end], end
            elif re.fullmatch(r"<!-- (run|not run)\b.* -->", line):
                marker = line[5:-4]
            elif line.startswith("    ") and shell_words.match(line.strip()) and not self.lines[index - 1].strip():
                self._fault(index + 1, "an indented block of shell: use ```sh, with a marker above it")
            elif line.strip():
                if marker:
                    self._fault(index + 1, "the marker above belongs to no block: " + marker)
                marker = None
            index += 1

    def _take(self, line, language, body, marker, setup):
        is_shell = language in ("sh", "bash", "console", "shell") or (
            language in ("", "text") and any(shell_words.match(text) for text in body))
        if not is_shell:
            if marker:
                self._fault(line, "a marker above a block that is no shell")
            return None, setup
        block = Block(self.path, line, body, marker, setup)
        if not marker:
            self._fault(line, "a block of shell without a marker: <!-- run --> or <!-- not run: REASON -->")
        elif block.run is None and block.reason not in reasons:
            self._fault(line, "not a marker: %s" % marker)
        self.blocks.append(block)
        return None, []

    def _fault(self, line, text):
        self.faults.append("%s:%d: %s" % (self.path, line, text))


def read(path):
    with open(os.path.join(root, path)) as file:
        return Page(path, file.read())


def read_all(*patterns):
    """README.md and docs/*.md, or the pages of other patterns."""
    found = (path for pattern in patterns or ("README.md", "docs/*.md") for path in sorted(glob.glob(root + "/" + pattern)))
    return [read(os.path.relpath(path, root)) for path in found]
