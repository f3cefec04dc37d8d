"""What a plugin raised, in a line."""


def said(error: BaseException) -> str:
    """An exception in a line: its sort and its text, cut where it is long."""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
