    return stops[-1]
