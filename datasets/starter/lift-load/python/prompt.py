def can_ride(weights: list[int], max_weight: int, max_people: int) -> bool:
    """Tell whether all people may ride the lift together.

    weights holds one number per person. There may be at most max_people
    people, who together weigh at most max_weight.

    >>> can_ride([70, 80, 60], 300, 4)
    True
    >>> can_ride([70, 80, 60], 300, 2)
    False
    """
