    return [item for i, item in enumerate(items) if i % 3 != 2]
