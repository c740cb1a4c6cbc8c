def last_stop(stops: list[str]) -> str:
    """Return the last item of stops, which is never empty.

    >>> last_stop(["Mill", "Park", "Station"])
    'Station'
    >>> last_stop(["Harbour"])
    'Harbour'
    """
