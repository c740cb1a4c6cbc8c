def seat_count(rows: int, seats_per_row: int) -> int:
    """Multiply rows by seats_per_row to count the seats of a hall.

    >>> seat_count(3, 4)
    12
    >>> seat_count(10, 2)
    20
    """
