    def at(row, column):
        if 0 <= row < len(grid) and 0 <= column < len(grid[row]):
            return grid[row][column]
        return None

    reached = [
        (row, column, False)
        for row, line in enumerate(grid)
        for column, square in enumerate(line)
        if square == "S"
    ]
    seen = set(reached)
    moves = 0
    while reached:
        following = []
        for row, column, jumped in reached:
            if grid[row][column] == "G":
                return moves
            for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                step = (row + down, column + right, jumped)
                if at(*step[:2]) == "#" and not jumped:
                    step = (row + 2 * down, column + 2 * right, True)
                if at(*step[:2]) not in (None, "#") and step not in seen:
                    seen.add(step)
                    following.append(step)
        reached = following
        moves += 1
    return -1
