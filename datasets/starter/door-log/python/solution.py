    inside = set()
    for entry in entries:
        move, name = entry.split(" ", 1)
        if (move == "in") == (name in inside):
            return False
        if move == "in":
            inside.add(name)
        else:
            inside.remove(name)
        if len(inside) > capacity:
            return False
    return True
