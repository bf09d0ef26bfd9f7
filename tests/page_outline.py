"""What a page is made of, as a browser or a screen reader sees it, without either."""

from html.parser import HTMLParser
from itertools import pairwise

EMPTY = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page.

    Attributes:
        open: tags that were not closed, or closed in another order.
        headings: the level and text of each.
        ids: all of them.
        links: what attributes point to, in the page or elsewhere.
        pictures: for each svg with role img, its title and description.
        texts: of each kind of element that has text, in order.
    """

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.tags = [], [], [], []
        self.headings, self.pictures, self.texts = [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in EMPTY:
            self.open.append(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        for name in ("href", "src", "xlink:href", "fill", "style", "aria-labelledby"):
            if name in attrs:
                self.links.append(attrs[name])
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), ""))
        if tag == "svg" and attrs.get("role") == "img":
            self.pictures.append({"title": "", "desc": ""})

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self.open[-1] == tag, f"</{tag}> within {self.open}"
            self.open.pop()

    def handle_data(self, data):
        for tag in self.open:
            if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                level, text = self.headings[-1]
                self.headings[-1] = (level, text + data)
            elif tag in ("title", "desc") and "svg" in self.open:
                self.pictures[-1][tag] += data
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(" ".join(data.split()))

    @property
    def text(self):
        """All that can be read, in no order."""
        return " ".join(text for texts in self.texts.values() for text in texts)


def check_soundness(text):
    """Assert what holds for each of our pages, and answer it."""
    page = Page(text)
    levels = [level for level, _ in page.headings]
    tags = [tag for tag, _ in page.tags]
    assert page.open == []
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, text in page.headings)
    assert len(page.ids) == len(set(page.ids))
    assert all(picture["title"] and picture["desc"] for picture in page.pictures)
    assert tags.count("table") >= len(page.pictures)
    assert {"header", "main", "footer"} <= set(tags)
    assert not {"script", "img", "iframe", "object"} & set(tags)
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert [link for link in page.links if _is_elsewhere(link, page.ids)] == []
    return page


def _is_elsewhere(link, ids):
    if link.startswith("url("):
        link = link.removeprefix("url(").removesuffix(")")
    if link.startswith("#"):
        return link[1:] not in ids
    return link != "data:," and not set(link.split()) <= set(ids)
