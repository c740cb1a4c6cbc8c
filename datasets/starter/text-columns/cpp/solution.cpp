    vector<size_t> widths;
    for (const auto& row : rows) {
        widths.resize(max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) {
            widths[i] = max(widths[i], row[i].size());
        }
    }
    vector<string> lines;
    for (const auto& row : rows) {
        string line;
        for (size_t i = 0; i < row.size(); ++i) {
            line += row[i] + string(widths[i] - row[i].size() + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(line);
    }
    return lines;
}
