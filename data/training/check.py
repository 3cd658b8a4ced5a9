"""Check the form of coded articles: ``python data/training/check.py FILE.art …``.

Names each fault with its file and line; the last line counts what there is. A name of
an actor that does not stand in the text is told, and is no fault.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROLES = (
    "government regulator platform company court opposition civil_society media public"
    " foreign_government"
).split()
KINDS = "heading body caption prompt".split()
FRAMES = "responsibility conflict safety morality law economy speech capacity".split()
PARTS = "accuser accused authority victim defender".split()
EDGE = re.compile(r"([a-z_0-9]+)>([a-z_0-9]+):([+-])~?\??")
FRAME = re.compile(r"([a-z]+)(?:@([a-z_0-9,]+))?\??")


def check_actor(line: str, text: str) -> Iterator[str]:
    """What is wrong with an ACTOR line."""
    actor, *parts = (part.strip() for part in line[6:].split("|"))
    if not any(actor == role or actor.startswith(f"{role}_") for role in ROLES):
        yield f"no role: {actor}"
    if len(parts) < 2 or not parts[1].startswith("names:"):
        yield "an ACTOR line is: id | label | names: a; b | nominals: c; d"
        return
    for name in parts[1].removeprefix("names:").split(";"):
        if name.strip().lower() not in text:
            yield f"note: not in the text: {name.strip()}"


def check_edges(edges: list[str], actors: set[str]) -> Iterator[str]:
    """What is wrong with a paragraph's edges."""
    pairs: set[tuple[str, str]] = set()
    for edge in edges:
        m = EDGE.fullmatch(edge)
        if not m or not {m[1], m[2]} <= actors | {"narrator", "other"}:
            yield f"no edge, or an actor that has no ACTOR line: {edge}"
        elif (m[1], m[2]) in pairs:
            yield f"a pair twice in a paragraph: {edge}"
        else:
            pairs.add((m[1], m[2]))


def check_frames(frames: list[str], actors: set[str]) -> Iterator[str]:
    """What is wrong with a paragraph's frames and parts."""
    played: set[str] = set()
    for frame in frames:
        m = FRAME.fullmatch(frame)
        if not m or m[1] not in FRAMES + PARTS:
            yield f"no frame and no part: {frame}"
        elif m[1] in PARTS and not m[2]:
            yield f"a part of nobody: {frame}"
        elif m[1] in PARTS and played & {*m[2].split(",")}:
            yield f"an actor plays one part at most: {frame}"
        elif m[2] and not set(m[2].split(",")) <= actors | {"other"}:
            yield f"a frame of an actor that has no ACTOR line: {frame}"
        if m and m[1] in PARTS and m[2]:
            played |= {*m[2].split(",")}


def check(path: Path, counts: Counter[str]) -> Iterator[str]:
    """What is wrong in a file, each with its line; what there is is counted."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    text = "\n".join(line.split("\t")[-1] for line in lines if "\t" in line).lower()
    actors = {line[6:].split("|")[0].strip() for line in lines if line[:6] == "ACTOR "}
    counts["articles"] += 1
    for number, line in enumerate(lines, 1):
        found: list[str] = []
        fields = line.split("\t")
        if line.startswith("ACTOR "):
            found += check_actor(line, text)
        elif line.startswith(("TITLE ", "STYLE ")):
            continue
        elif len(fields) != 4 or fields[0] not in KINDS or not fields[3].strip():
            found.append("no paragraph: kind, edges, frames and text, parted by tabs")
        else:
            edges, frames = fields[1].split(), fields[2].split()
            found += [*check_edges(edges, actors), *check_frames(frames, actors)]
            counts.update(lines=1, edges=len(edges), frames=len(frames))
            counts["for"] += sum(":+" in edge for edge in edges)
        yield from (f"{path}:{number}: {what}" for what in found)


if __name__ == "__main__":
    total: Counter[str] = Counter()
    said = [line for name in sys.argv[1:] for line in check(Path(name), total)]
    print(*said, sep="\n", end="\n" if said else "")
    faults = [line for line in said if ": note: " not in line]
    print(dict(total), "FAULTS" if faults else "ok")
    sys.exit(bool(faults))
