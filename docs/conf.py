"""How Sphinx builds the site. docs/build lays out the pages and calls it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

project = "minidock"
author = "the minidock authors"
html_title = "minidock"
extensions = ["myst_parser", "breathe"]
root_doc = "index"
exclude_patterns = ["docs/_build", "docs/index.md", "labs/template", "**/hints.md"]
breathe_default_project = "minidock"
cpp_index_common_prefix = ["minidock::"]
myst_heading_anchors = 3
highlight_language = "text"
pygments_style = "friendly"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["minidock.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1a6b9f", "color-brand-content": "#1a6b9f"},
}

SOURCE_LINK = re.compile(r"\]\((?:\.\./)+((?:minidock|chapters)/[\w./-]+\.[ch]pp)\)")
MODULE_LINK = re.compile(r"\]\((?:\.\./)+minidock/(\w+)/?\)")
OWN_SOURCE_LINK = re.compile(r"\]\(((?:tests/)?[\w-]+\.cpp)\)")
MAN_PAGE = re.compile(r"\b([a-z][a-z0-9_.]*)\(([1-8])\)")
MAN_URL = "https://man7.org/linux/man-pages/man{section}/{name}.{section}.html"


def link_sources(app: Sphinx, page: str, text: list[str]) -> None:
    """A text links to source files and modules where they are; here they are pages."""

    def module_page(link: re.Match[str]) -> str:
        found = list(Path(app.srcdir).glob(f"api/*-{link[1]}.md"))
        return f"](/api/{found[0].name})" if found else link[0]

    if page.startswith("chapters/"):
        text[0] = SOURCE_LINK.sub(r"](/source/\1.md)", text[0])
        text[0] = MODULE_LINK.sub(module_page, text[0])
        folder = Path(page).parent
        text[0] = OWN_SOURCE_LINK.sub(rf"](/source/{folder}/\1.md)", text[0])


class ManPages(SphinxTransform):
    """Makes namespaces(7), in running text, a link to the man page."""

    default_priority = 500
    KEPT = (nodes.literal, nodes.literal_block, nodes.reference, nodes.title)

    def apply(self, **_arguments: Any) -> None:
        for text in list(self.document.findall(nodes.Text)):
            if MAN_PAGE.search(text) and not self.is_inside(text):
                text.parent.replace(text, self.linked(text))

    def is_inside(self, node: nodes.Node) -> bool:
        """Whether the text is code, a heading, or a link already."""
        while node is not None:
            if isinstance(node, self.KEPT):
                return True
            node = node.parent
        return False

    @staticmethod
    def linked(text: str) -> list[nodes.Node]:
        """The text's parts: plain, and links."""
        parts: list[nodes.Node] = []
        at = 0
        for page in MAN_PAGE.finditer(text):
            parts.append(nodes.Text(text[at : page.start()]))
            url = MAN_URL.format(name=page[1], section=page[2])
            parts.append(nodes.reference("", page[0], refuri=url))
            at = page.end()
        return [*parts, nodes.Text(text[at:])]


def setup(app: Sphinx) -> None:
    app.connect("source-read", link_sources)
    app.add_transform(ManPages)
