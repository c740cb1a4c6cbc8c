    vector<int> kept;
    for (size_t i = 0; i < items.size(); ++i) {
        if (i % 3 != 2) {
            kept.push_back(items[i]);
        }
    }
    return kept;
}
