"""A codebook's YAML as a tree of nodes, within bounds; nothing is made of its tags."""

from __future__ import annotations

from typing import Any

LARGEST = 1_000_000  # characters
DEEPEST = 10  # lists and mappings within each other; a codebook has six


class NodesError(ValueError):
    """Text that is no plain YAML: the line, and what is wrong there."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def compose(text: str) -> Any:
    """The root node of a YAML text, None of an empty one.

    References to anchors are refused: a few lines of them stand for millions.

    >>> compose("actors: {court: {label: The court}}").tag
    'tag:yaml.org,2002:map'
    """
    import yaml

    if len(text) > LARGEST:
        raise NodesError(1, f"more than {LARGEST:,} letters; a codebook has far fewer")
    try:
        _check_events(text)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except NodesError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _named(error, text) from None


def _check_events(text: str) -> None:
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise NodesError(
                line,
                f"a reference to another place (*{event.anchor}); write out what "
                f"stands there, and put a name that opens with * in quotation marks",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise NodesError(
                line, f"more than {DEEPEST} lists within each other; close the brackets"
            )


def _named(error: Exception, text: str) -> NodesError:
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        return NodesError(line, "a tab; YAML indents with spaces: replace it")
    mark = getattr(error, "problem_mark", None)
    place = getattr(error, "position", 0)  # of a sign that no YAML holds
    line = mark.line + 1 if mark else text[:place].count("\n") + 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", str(error))
    return NodesError(
        line,
        f"not valid YAML ({problem}); check colons, brackets, and put names with "
        f"signs in them (Which?) in quotation marks",
    )
