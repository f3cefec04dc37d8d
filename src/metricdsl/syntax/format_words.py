"""Which words a name must be told from, and where. `tests/syntax/test_format.py` compares with the grammar."""

# Behind a formula, each of these begins or goes on with something else.
_AFTER_A_FORMULA = frozenset(
    {
        *(
            "after",
            "as",
            "asc",
            "at",
            "before",
            "by",
            "compare",
            "default",
            "desc",
            "dimension",
            "during",
            "fact",
        ),
        *(
            "fill",
            "from",
            "having",
            "join",
            "key",
            "limit",
            "on",
            "per",
            "snapshot",
            "sort",
            "spread",
            "stock",
        ),
        *("time", "valid", "via", "while"),
        *("affects", "control", "each", "for", "holidays", "hours", "metrics", "quarter", "year"),
    }
)

IN_BLOCK = frozenset({"where", "and", "or", "not", "in", "is", "to", "label", "about", "replaced", "null"})
IN_SOURCE = frozenset({"null"})
IN_ENTITY = IN_BLOCK | _AFTER_A_FORMULA
