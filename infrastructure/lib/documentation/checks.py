"""What is checked without running anything: markers and links."""
import functools
import os
import re

from . import pages

link = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]*(?:\([^()]*\))?[^()\s]*)\)|!\[[^\]]*\]\(([^()\s]+)\)")


def faults(read):
    """Faults of pages, and broken links of others, a line each."""
    others = pages.read_all("*.md", "docs/adr/*.md", "charts/*/README.md", "examples/*/README.md", "Fuzzing/README.md", "infrastructure/*/README.md")
    found = [fault for page in read for fault in page.faults]
    return found + sorted({fault for page in read + others for fault in broken_links(page)})


def broken_links(page):
    folder = os.path.dirname(page.path)
    inside = None
    for number, line in enumerate(page.lines, 1):
        opening = pages.fence.match(line)
        if opening and (inside is None or line.strip() == inside):
            inside = opening.group(2) if inside is None else None
            continue
        if inside is not None:
            continue
        for found in link.finditer(re.sub(r"`[^`]*`", "", line)):
            target = found.group(1) or found.group(2) or ""
            if re.match(r"[a-z]+:", target) or not target:
                continue
            name, _, anchor = target.partition("#")
            path = os.path.normpath(os.path.join(folder, name)) if name else page.path
            if not os.path.exists(os.path.join(pages.root, path)):
                yield "%s:%d: no such file: %s" % (page.path, number, target)
            elif anchor and path.endswith(".md") and anchor not in anchors(path):
                yield "%s:%d: no such heading: %s" % (page.path, number, target)


@functools.lru_cache(maxsize=None)
def anchors(path):
    """The anchors that GitHub gives a page's headings."""
    found, inside = {}, None
    with open(os.path.join(pages.root, path)) as file:
        for line in file.read().split("\n"):
            opening = pages.fence.match(line)
            if opening and (inside is None or line.strip() == inside):
                inside = opening.group(2) if inside is None else None
            heading = re.match(r"#{1,6} (.*)", line) if inside is None else None
            if heading:
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).replace("`", "")
                name = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
                count = found.get(name, 0)
                found[name] = count + 1
                if count:
                    found["%s-%d" % (name, count)] = 1
    return set(found)
