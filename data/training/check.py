"""Check the form of coded articles: `python data/training/check.py FILE.art …`.

Names each fault with its file and line; the last line counts what there is.
"""

import re
import sys
from collections import Counter
from pathlib import Path

ROLES = (
    "government regulator platform company court opposition civil_society media public"
    " foreign_government"
).split()
FRAMES = ("responsibility conflict safety morality law economy speech capacity").split()
EDGE = re.compile(r"([a-z_0-9]+)>([a-z_0-9]+):([+-])~?\??")
FRAME = re.compile(r"([a-z]+)(?:@([a-z_0-9,]+))?\??")


def faults(path: Path, counts: Counter) -> list[str]:
    """What is wrong in a file; what is right is counted."""
    actors, found = set(), []
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    text = "\n".join(line.split("\t")[-1] for line in lines if "\t" in line)
    for number, line in enumerate(lines, 1):

        def say(what: str, number: int = number) -> None:
            found.append(f"{path}:{number}: {what}")

        if line.startswith(("TITLE ", "STYLE ")):
            continue
        if line.startswith("ACTOR "):
            parts = [p.strip() for p in line[6:].split("|")]
            actors.add(parts[0])
            if not any(parts[0] == r or parts[0].startswith(r + "_") for r in ROLES):
                say(f"no role: {parts[0]}")
            if len(parts) < 3 or not parts[2].startswith("names:"):
                say("an ACTOR line is: id | label | names: a; b | nominals: c; d")
            for part in parts[2:]:
                for name in part.partition(":")[2].split(";"):
                    if (
                        part.startswith("names:")
                        and name.strip().lower() not in text.lower()
                    ):
                        say(f"not in the text: {name.strip()}")
            continue
        fields = line.split("\t")
        if len(fields) != 4 or not fields[3].strip():
            say("a paragraph has four fields parted by tabs: kind, edges, frames, text")
            continue
        kind, edges, frames, _ = fields
        if kind not in ("heading", "body", "caption", "prompt"):
            say(f"no kind: {kind}")
        seen = set()
        for edge in edges.split():
            m = EDGE.fullmatch(edge)
            if not m or not {m[1], m[2]} <= actors | {"narrator", "other"}:
                say(f"no edge, or an actor that has no ACTOR line: {edge}")
            elif (m[1], m[2]) in seen:
                say(f"a pair twice in a paragraph: {edge}")
            else:
                seen.add((m[1], m[2]))
                counts["edges"] += 1
                counts["for"] += m[3] == "+"
        for frame in frames.replace(".", "").split():
            m = FRAME.fullmatch(frame)
            if not m or m[1] not in FRAMES:
                say(f"no frame: {frame}")
            elif m[2] and not set(m[2].split(",")) <= actors | {"other"}:
                say(f"a frame of an actor that has no ACTOR line: {frame}")
            else:
                counts["frames"] += 1
        counts["lines"] += 1
    counts["articles"] += 1
    return found


if __name__ == "__main__":
    total: Counter = Counter()
    wrong = [line for name in sys.argv[1:] for line in faults(Path(name), total)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(dict(total), "FAULTS" if wrong else "ok")
    sys.exit(bool(wrong))
