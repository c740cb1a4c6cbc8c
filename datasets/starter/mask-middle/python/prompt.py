def mask_middle(word: str) -> str:
    """Replace every letter of word with a star, except the first and the last.

    >>> mask_middle("secret")
    's****t'
    >>> mask_middle("at")
    'at'
    """
