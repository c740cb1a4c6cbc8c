def is_delivery_free(total: int) -> bool:
    """Return True if total is at least 50.

    >>> is_delivery_free(80)
    True
    >>> is_delivery_free(20)
    False
    """
