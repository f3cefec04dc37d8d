"""How a name is spelt without back-quotes: letters, digits and underscores of any script, with the marks that go on letters.

`\\w` leaves marks out, and without them no name in Hindi, in Thai, or typed on a machine that takes é apart could be
written. The ranges are those of the marks, rounded out to a few signs of the same scripts; grammar.lark has the same.
"""

NAME = (
    r"[^\W\d][\w\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u0669\u0670\u06d6-\u0dff\u0e31-\u0ecd\u0f18-\u0fc6"
    r"\u1000-\u109f\u135d-\u135f\u1712-\u1aff\u1b00-\u1cff\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099-\u309a\ua66f-\uabed"
    r"\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f]*"
)
