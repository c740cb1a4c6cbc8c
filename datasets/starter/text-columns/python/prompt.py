def text_columns(rows: list[list[str]]) -> list[str]:
    """Lay out rows of words as columns and return one line per row.

    Every column is as wide as its longest word, words are aligned to the left,
    and two spaces stand between columns. Rows may have different lengths. No
    line ends with a space.

    >>> text_columns([["tea", "2"], ["coffee", "11"]])
    ['tea     2', 'coffee  11']
    >>> text_columns([["a", "bb", "c"], ["dd"], ["e", "f"]])
    ['a   bb  c', 'dd', 'e   f']
    """
