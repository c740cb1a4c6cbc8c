    left = dict(stock)
    for order in orders:
        change, item = order.split()
        count = left.get(item, 0) + int(change)
        if count >= 0:
            left[item] = count
    return {item: count for item, count in left.items() if count > 0}
