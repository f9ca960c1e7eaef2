"""Texts for cells of a spreadsheet. Pure."""


def harmless(text: str) -> str:
    """A cell that a spreadsheet would run as a formula is shown as text. A number's plus is left alone."""
    runs = text.startswith(("=", "-", "@", "\t", "\r")) or (text.startswith("+") and not text[1:].isdigit())
    return f"'{text}" if runs else text
