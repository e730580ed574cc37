"""Read the file of further terms that must go from every file.

Owns: a term that would take out half of every text is refused.
"""

from pathlib import Path

from anonledger.errors import UsageError
from anonledger.subjects.names import words

SHORTEST_TERM = 3  # letters and digits


def read_terms(path: Path) -> tuple[str, ...]:
    """Return the lines of a text file, stripped and sorted; blank ones and those behind a # are left out.

    Raises UsageError for a file that cannot be read, or a line of fewer than three letters and digits.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The file of identifiers cannot be read ({error.strerror}). Check its path."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "The file of identifiers is not in UTF-8. Save it as plain text in UTF-8."
        ) from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    terms = [(number, line) for number, line in lines if line and not line.startswith("#")]
    for number, term in terms:
        if len("".join(words(term))) < SHORTEST_TERM:
            raise UsageError(
                f"Line {number} of the file of identifiers has fewer than {SHORTEST_TERM} letters and "
                "digits: it would be found by chance in many texts. Write more of it, or take it out."
            )
    return tuple(sorted({term for _, term in terms}))
