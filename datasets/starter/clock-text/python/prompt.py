def clock_text(minutes: int) -> str:
    """Write a number of minutes as h:mm.

    The minutes always have two digits; the hours have no leading zero and may
    pass 23.

    >>> clock_text(125)
    '2:05'
    >>> clock_text(59)
    '0:59'
    """
