"""What a person corrected in an article: kept beside it, applied to every analysis.

The file ``my-article.corrections.csv`` beside ``my-article.txt`` has a row a
correction and opens in any spreadsheet. `files` reads and writes it, `applying` puts
corrections to work, `coding` makes a hand coding or training data of them.

=========  ========================  =================  ==============================
what       span                      was                becomes
=========  ========================  =================  ==============================
kind       the paragraph             its kind           heading, body, caption, prompt
speaker    the quotation             its actor          an actor's id, ``other``, or a
                                                        name
mention    the mention, found or     its actor          an actor's id, or ``none``
           not
stance     the paragraph             ``holder>target``  ``for``, ``against``, ``none``
missing    the paragraph             nothing            ``holder>target:for`` or
                                                        ``holder>target:against``
=========  ========================  =================  ==============================
"""

from __future__ import annotations

from analysis.corrections.applying import (
    Placed,
    applied,
    correct_kinds,
    correct_stances,
    notes_of,
    place_corrections,
    said_of,
)
from analysis.corrections.coding import (
    corrections_to_coding,
    corrections_to_training,
)
from analysis.corrections.files import (
    Correction,
    CorrectionError,
    add_correction,
    codebook_path,
    corrections_files,
    corrections_path,
    corrections_text,
    find_corrections,
    given_corrections,
    parse_corrections,
    read_corrections,
    remove_correction,
)

__all__ = [
    "Correction",
    "CorrectionError",
    "Placed",
    "add_correction",
    "applied",
    "codebook_path",
    "correct_kinds",
    "correct_stances",
    "corrections_files",
    "corrections_path",
    "corrections_text",
    "corrections_to_coding",
    "corrections_to_training",
    "find_corrections",
    "given_corrections",
    "notes_of",
    "parse_corrections",
    "place_corrections",
    "read_corrections",
    "remove_correction",
    "said_of",
]
