def drop_thirds(items: list[int]) -> list[int]:
    """Return items without its third, sixth, ninth, ... item.

    >>> drop_thirds([1, 2, 3, 4, 5, 6, 7])
    [1, 2, 4, 5, 7]
    >>> drop_thirds([8, 9])
    [8, 9]
    """
