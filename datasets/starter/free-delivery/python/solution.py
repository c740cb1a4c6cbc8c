    return total >= 50
