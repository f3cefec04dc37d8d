"""How a name is spelt without back-quotes: letters, digits and underscores of any script, with the marks that go on letters.

`\\w` leaves marks out, and without them no name in Hindi, in Thai, or typed on a machine that takes é apart could be
written. The ranges are those of the marks, rounded out to a few signs of the same scripts. Persian, Sinhala and others write words
that a joiner or non-joiner without width divides: it belongs to a name between two signs of a script that uses it, as Unicode's
profile of identifiers has it, and nowhere else. grammar.lark has the same.
"""

import re

_MARKED = (
    r"\w\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u0669\u0670\u06d6-\u0dff\u0e31-\u0ecd\u0f18-\u0fc6"
    r"\u1000-\u109f\u135d-\u135f\u1712-\u1aff\u1b00-\u1cff\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff"
    r"\u302a-\u302f\u3099-\u309a\ua66f-\uabed\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f"
)
_JOINING = (  # letters of the scripts in which letters are joined, Arabic the first of them
    r"\u0620-\u064a\u066e-\u06d3\u0710-\u072f\u074d-\u07a5\u07ca-\u07ea\u0840-\u0858\u0860-\u0887\u0889-\u088e\u08a0-\u08c9"
    r"\u1820-\u1878\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
)
_DIVIDED = (  # what a joiner may stand between: those letters, their marks, and the scripts of India and its neighbours
    r"\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0710-\u074a\u074d-\u07b1"
    r"\u07ca-\u07f5\u0840-\u085b\u0860-\u0963\u0971-\u0dff\u1000-\u103f\u1780-\u17d3\u1820-\u18aa\ufb50-\ufbb1\ufbd3-\ufd3d"
    r"\ufd50-\ufdfb\ufe70-\ufefc"
)
JOINERS = "\u200c\u200d"
_JOINED = rf"(?:[{JOINERS}][{_DIVIDED}])+"
NAME = rf"(?:[{_JOINING}]{_JOINED}|[^\W\d])(?:[{_DIVIDED}]{_JOINED}|[{_MARKED}])*"
IN_ASCII = r"[A-Za-z_]\w*"
"""As NAME, for texts whose names are of these letters: a short pattern is made in a tenth of the time."""
_QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"?|`[^`\n]*`?|#[^\n]*')
_ANY_JOINER = re.compile(f"[{JOINERS}]")


def in_ascii_digits(text: str) -> str:
    """A text with the digits of any script as those of this page: they are digits of names and of numbers too."""
    return text if text.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in text)


def without_joiners(name: str) -> str:
    """A name without the joiners that nobody sees."""
    return _ANY_JOINER.sub("", name)


def in_ascii(text: str) -> bool:
    """Whether all of a text but what stands in quotes and comments is in ASCII."""
    return text.isascii() or _QUOTED.sub("", text).isascii()
