def apply_orders(stock: dict[str, int], orders: list[str]) -> dict[str, int]:
    """Return the stock that is left after all orders, one after the other.

    "+3 pear" is a delivery of three pears, "-2 fig" a sale of two figs. A sale
    of more than there is does not happen at all. An item of which nothing is
    left is not in the result. Counts in stock are at least 1.

    >>> apply_orders({"apple": 2}, ["+3 pear", "-1 apple"])
    {'apple': 1, 'pear': 3}
    >>> apply_orders({"fig": 1}, ["-2 fig", "-1 fig"])
    {}
    """
