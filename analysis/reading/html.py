"""Tags: the one place where attributes and text are escaped for a page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from analysis.tables import meaning


def opening(tag: str, **attributes: object) -> str:
    """An opening tag; an attribute that is None is left out.

    A name's underscore at the end is dropped, those within become hyphens.

    >>> opening("p", class_="body", data_kind='a "b"', id=None)
    '<p class="body" data-kind="a &quot;b&quot;">'
    """
    own = (
        f' {key.rstrip("_").replace("_", "-")}="{attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{''.join(own)}>"


def attribute(value: object) -> str:
    """A value as it stands between the quotation marks of an attribute.

    >>> attribute("a<b>\\n'c'")
    'a&lt;b&gt;&#10;&#x27;c&#x27;'
    """
    return escape(str(value)).replace("\n", "&#10;")


def element(tag: str, inner: str, **attributes: object) -> str:
    """An element around HTML.

    >>> element("b", escape("<"), title="less")
    '<b title="less">&lt;</b>'
    """
    return f"{opening(tag, **attributes)}{inner}</{tag}>"


def table(
    heads: Iterable[str],
    rows: Iterable[str],
    numbers: Iterable[str] = (),
    **attributes: object,
) -> str:
    """A table of rows that are HTML; a head tells its meaning where one hovers.

    Heads of `numbers` stand on the right, as these do.

    >>> table(["holder"], ["<tr><td>x</td></tr>"])[:50]
    '<table><thead><tr><th scope="col" title="The actor'
    """
    right = {*numbers}
    top = "".join(
        element(
            "th",
            escape(h.replace("_", " ")),
            scope="col",
            class_="number" if h in right else None,
            title=meaning(h),
        )
        for h in heads
    )
    head, body = element("thead", element("tr", top)), element("tbody", "".join(rows))
    return element("table", head + body, **attributes)
