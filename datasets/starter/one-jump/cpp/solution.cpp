    const int height = static_cast<int>(grid.size());
    auto at = [&](int row, int column) {
        bool inside = row >= 0 && row < height && column >= 0 && column < static_cast<int>(grid[row].size());
        return inside ? grid[row][column] : ' ';
    };

    queue<tuple<int, int, bool, int>> reached;
    for (int row = 0; row < height; ++row) {
        size_t column = grid[row].find('S');
        if (column != string::npos) {
            reached.emplace(row, static_cast<int>(column), false, 0);
        }
    }
    set<tuple<int, int, bool>> seen;
    const vector<pair<int, int>> directions = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    while (!reached.empty()) {
        auto [row, column, jumped, moves] = reached.front();
        reached.pop();
        char square = at(row, column);
        if (square == 'G') {
            return moves;
        }
        if (square == '#' || square == ' ' || !seen.emplace(row, column, jumped).second) {
            continue;
        }
        for (const auto& [down, right] : directions) {
            if (at(row + down, column + right) != '#') {
                reached.emplace(row + down, column + right, jumped, moves + 1);
            } else if (!jumped) {
                reached.emplace(row + 2 * down, column + 2 * right, true, moves + 1);
            }
        }
    }
    return -1;
}
