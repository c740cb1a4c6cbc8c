def parcel_toll(weights: list[int], limit: int) -> int:
    """Add up the toll of all parcels.

    A parcel costs its weight in coins. A parcel heavier than limit costs
    twice its weight.

    >>> parcel_toll([2, 5, 3], 4)
    15
    >>> parcel_toll([1, 1], 1)
    2
    """
