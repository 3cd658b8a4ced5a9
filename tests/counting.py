"""Count work instead of seconds: the same on every machine, however busy."""

import sys
from collections.abc import Callable


def calls(function: Callable[[], object]) -> int:
    """How many calls a function makes, those of built-in functions included."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count
