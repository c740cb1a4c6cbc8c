def ticket_price(age: int) -> int:
    """Return 0 if age is less than 6, otherwise return 5.

    >>> ticket_price(4)
    0
    >>> ticket_price(30)
    5
    """
