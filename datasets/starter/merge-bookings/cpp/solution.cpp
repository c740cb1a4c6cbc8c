    sort(bookings.begin(), bookings.end());
    vector<pair<int, int>> blocks;
    for (const auto& [start, end] : bookings) {
        if (start >= end) {
            continue;
        }
        if (!blocks.empty() && start - blocks.back().second <= gap) {
            blocks.back().second = max(blocks.back().second, end);
        } else {
            blocks.emplace_back(start, end);
        }
    }
    return blocks;
}
