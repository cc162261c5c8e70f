"""What to write instead, for each thing that libyaml says is wrong."""

from __future__ import annotations

_MENDS = (
    ("mapping values", "Put text that holds ': ' between quotes, or mend the indent of this line."),
    ("expected ':'", "Write ': ' after the key, or indent this line below the text that it belongs to."),
    ("',' or ']'", "Close the '[' with ']', and put ',' between its entries."),
    ("',' or '}'", "Close the '{' with '}', and put ',' between its entries; text with '{' needs quotes."),
    ("node content", "Close every '[' and '{'; text that begins with one needs quotes."),
    ("'-' indicator", "Give this line the same indent as its neighbours; a list holds only '- ' lines."),
    ("expected key", "Give this line the same indent as its neighbours."),
    ("block end", "Give this line the same indent as its neighbours."),
    ("end of stream", "Close the quote or bracket that was opened."),
    ("undefined alias", "Text that begins with '*' needs quotes."),
    ("another document", "Remove the line '---': a file holds one document."),
    ("escape", "Between double quotes a backslash is written twice; or use single quotes."),
    ("not allowed", "Remove the character; it cannot be printed."),
    ("tab", "Indent with spaces; YAML allows no tabs there."),
)


def mend_of(problem: str, at: str) -> str:
    """The mend of libyaml's ``problem``; ``at`` is the character where it stopped."""
    if at == "\t":
        return "Indent with spaces; YAML allows no tabs there."
    if "cannot start any token" in problem:
        return f"Text that begins with '{at}' needs quotes."
    for part, mend in _MENDS:
        if part in problem:
            return mend
    return "Compare this line and the one before with those around them; put doubtful text between quotes."
