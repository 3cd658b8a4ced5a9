"""The command line: whatever a folder holds is analysed, or named with its cause."""

import re

import pytest

from analysis.__main__ import main
from analysis.pipeline import Analysis
from tests.making import EXPORTS, docx, pdf, rtf, stories
from tests.test_articles import FRENCH, LOGIN, page


@pytest.fixture
def written(monkeypatch):
    """Names of the articles that were analysed, without charts and reports."""
    names = []

    def write(self, folder, article_text=True):
        assert len(self.sentences) > 1
        names.append(self.article.name)
        return folder

    monkeypatch.setattr(Analysis, "write", write)
    return names


BROKEN = {
    "b0.txt": (b"", "is empty"),
    "b1.txt": (bytes(range(256)) * 20, "is not a text file: save"),
    "b2.txt": (FRENCH.encode(), "does not read like English.*language_check"),
    "b3.pdf": (pdf([["Ofwat fined it."]])[:150], "could not be read.*save"),
    "b4.pdf": (pdf([[]]), "holds no text .a scan.*save"),
    "b5.docx": (docx(["Ofwat fined it."])[:500], "damaged: save it again"),
    "b6.doc": (b"\xd0\xcf\x11\xe0" * 9, "save it as .docx"),
    "b7.html": (LOGIN.encode(), "invitation to log in.*save the page"),
    "b8.srt": (b"1\n00:00:01,000 --> 00:00:02,000\nNo.", "subtitles.*save it as .txt"),
    "b9.rtf": (b"{\\rtf1 \\u9999999999? x}", "could not be read.*save"),
}


def whole(folder):
    """Thirty articles in twelve files of ten formats."""
    found = stories(40)
    for layout in ("nexis.txt", "nexis-uni.docx", "factiva.html", "proquest.html"):
        (folder / f"a-{layout}").write_bytes(EXPORTS[layout](found[:3]))
    for i, story in enumerate(found[12:30]):
        lines = [story.headline, *story.body]
        text = "\n".join(lines)
        name, data = (
            (f"c{i}.txt", text.encode(("utf-8", "cp1252", "utf-16")[i % 3])),
            (f"c{i}.docx", docx(lines)),
            (f"c{i}.rtf", rtf(lines)),
            (f"c{i}.pdf", pdf([[x for line in lines for x in (line, "")]])),
            (f"c{i}.md", f"# {text}".replace("\n", "\n\n").encode()),
            (f"c{i}.html", page().encode()),
        )[i % 6]
        (folder / name).write_bytes(data)


def test_a_folder_of_mixed_and_broken_files(tmp_path, written, capsys):
    whole(tmp_path)
    for name, (data, _) in BROKEN.items():
        (tmp_path / name).write_bytes(data)
    assert main([str(tmp_path), "--out", str(tmp_path / "o")]) == 1
    assert len(written) == len(set(written)) == 30
    said = capsys.readouterr().err.splitlines()
    assert said.pop() == "30 analysed, 10 failed"
    for line, (name, (_, message)) in zip(said, BROKEN.items(), strict=True):
        assert re.search(f"failed: .*{name}.*{message}", line), line


def test_nothing_failed(tmp_path, written, capsys):
    whole(tmp_path)
    assert main([str(tmp_path)]) == 0
    assert not capsys.readouterr().err


def test_articles_of_one_name_are_kept_apart(tmp_path, written):
    story = "\n".join(stories(1)[0].body)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(story, "utf-8")
    (tmp_path / "one" / "a-2.txt").write_text(story, "utf-8")
    files = ["one/a-2.txt", "one/a.txt", "two/a.txt"]
    assert main([*(str(tmp_path / f) for f in files)]) == 0
    assert written == ["a-2", "a", "a-3"]


def test_names_that_differ_by_case_alone_are_kept_apart(tmp_path, written):
    story = "\n".join(stories(1)[0].body)
    for name in ("Fine.txt", "one/fine.md", "one/FINE.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(story, "utf-8")
    assert main([str(tmp_path), str(tmp_path / "one")]) == 0
    assert len({name.lower() for name in written}) == 3


def test_any_fault_of_one_article_leaves_the_others(tmp_path, written, monkeypatch):
    whole(tmp_path)
    real = Analysis.write

    def write(self, *args, **options):
        if self.article.name == "c1":
            raise RecursionError("too deep")
        return real(self, *args, **options)

    monkeypatch.setattr(Analysis, "write", write)
    assert main([str(tmp_path)]) == 1
    assert len(written) == 29


def test_notes_are_said(tmp_path, written, capsys):
    (tmp_path / "a.pdf").write_bytes(pdf([["Ofwat fined it.", "", "It paid."], []]))
    assert main([str(tmp_path / "a.pdf")]) == 0
    assert "note: no text on page 2" in capsys.readouterr().out
