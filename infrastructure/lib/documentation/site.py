"""A hook of MkDocs: links to files outside of docs lead to the repository."""
import posixpath
import re

link = re.compile(r"(\]\(|^\[[^\]]+\]: )(\.\./[^)\s#]*)", re.M)


def on_page_markdown(markdown, page, config, files):
    folder = posixpath.dirname("docs/" + page.file.src_uri)

    def outside(found):
        path = posixpath.normpath(posixpath.join(folder, found.group(2)))
        return found.group(0) if path.startswith("docs/") else "%s%s/blob/main/%s" % (found.group(1), config.repo_url, path)

    return link.sub(outside, markdown)
