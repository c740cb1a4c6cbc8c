def count_loud_words(text: str) -> int:
    """Count the words of text that end with an exclamation mark.

    Words are separated by one or more spaces.

    >>> count_loud_words("Stop! Who goes there!")
    2
    >>> count_loud_words("all is calm")
    0
    """
