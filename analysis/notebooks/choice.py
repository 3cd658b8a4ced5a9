"""The article and codebook that a person chose last: what all notebooks open.

It stands in ``output/choice.json``, which git ignores (or where ``THROUGHLINE_CHOICE``
says); without it, or when its article is gone, the bundled article is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from analysis.articles import is_text, make_name
from analysis.folders import write_whole

BUNDLED = "../data/articles/grok-deepfakes.txt"  # as notebooks see the folders
OWN = Path("../data/private")  # a person's own articles; git ignores it
PLACE = "../output/choice.json"
WORDS = 6  # of a pasted text, in the name of its file
_ADDRESS = re.compile(r"[a-z]+://", re.I)


class Choice(NamedTuple):
    """What was chosen: a file or web address, and a codebook's file or None."""

    article: str
    codebook: str | None = None


def remember(article: str | Path, codebook: str | Path | None = None) -> Choice:
    """Choose an article for this and all other notebooks.

    Parameters
    ----------
    article : str or Path
        A file, a web address, or a pasted text, which is saved in ``data/private``.
    codebook : str or Path, optional
        A codebook's file; without one, that beside the article, else a known one that
        fits and a draft.

    Returns
    -------
    Choice
        With whole paths, so that every notebook finds them.

    Examples
    --------
    >>> import tempfile
    >>> os.environ["THROUGHLINE_CHOICE"] = tempfile.mkdtemp() + "/choice.json"
    >>> remember("https://news.example/a") == chosen()
    True
    >>> del os.environ["THROUGHLINE_CHOICE"]
    """
    text = str(article)
    if is_text(text):
        text = str(save_pasted(text))
    found = Choice(_whole(text), None if codebook is None else _whole(str(codebook)))
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, json.dumps(found._asdict(), indent=1).encode())
    return found


def chosen() -> Choice:
    """What was chosen last; the bundled article where that is nothing or gone.

    >>> chosen().article != ""
    True
    """
    try:
        kept = json.loads(_place().read_text(encoding="utf-8"))
        found = Choice(str(kept["article"]), kept.get("codebook"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return Choice(BUNDLED)
    if not _is_there(found.article):
        return Choice(BUNDLED)
    gone = found.codebook is not None and not Path(found.codebook).is_file()
    return found._replace(codebook=None) if gone else found


def save_pasted(text: str, folder: str | Path = OWN) -> Path:
    """Save a pasted text as a file of its own, so that it can be corrected.

    Parameters
    ----------
    text : str
        The article.
    folder : str or Path
        Where to; made if it is not there.

    Returns
    -------
    Path
        Named after its first words; the same text has the same file.

    Examples
    --------
    >>> import tempfile
    >>> save_pasted("Fine for X\\nOfcom fined X.", tempfile.mkdtemp()).name
    'Fine-for-X.txt'
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    data = text.strip().encode("utf-8", "surrogatepass") + b"\n"
    first = re.findall(r"\w+", text.strip().partition("\n")[0])[:WORDS]
    stem = make_name("-".join(first)) if first else "pasted"
    path = folder / f"{stem}.txt"
    if path.exists() and path.read_bytes() != data:
        path = folder / f"{stem}-{hashlib.sha256(data).hexdigest()[:6]}.txt"
    path.write_bytes(data)
    return path


def _place() -> Path:
    return Path(os.environ.get("THROUGHLINE_CHOICE", PLACE))


def _whole(source: str) -> str:
    return source if _ADDRESS.match(source) else str(Path(source).resolve())


def _is_there(source: str) -> bool:
    try:
        return bool(_ADDRESS.match(source)) or Path(_bare(source)).is_file()
    except (OSError, ValueError):
        return False


def _bare(source: str) -> str:
    """A file without the number of an article in it."""
    return re.sub(r"#\d+$", "", source)
