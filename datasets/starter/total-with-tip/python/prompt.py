def total_with_tip(bill: int, tip: int) -> int:
    """Return the bill plus the tip.

    >>> total_with_tip(20, 3)
    23
    >>> total_with_tip(50, 5)
    55
    """
