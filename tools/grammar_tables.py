"""Makes the parsing tables of grammar.lark anew; run after a change of the grammar (tests/syntax/test_grammar.py compares)."""

from metricdsl.syntax.parser import save_tables

if __name__ == "__main__":
    save_tables()
