    string text;
    size_t i = 0;
    while (i < packed.size()) {
        if (packed[i] == '~') {
            ++i;
        }
        char character = packed[i++];
        size_t start = i;
        while (i < packed.size() && isdigit(static_cast<unsigned char>(packed[i]))) {
            ++i;
        }
        int count = start == i ? 1 : stoi(packed.substr(start, i - start));
        text.append(count, character);
    }
    return text;
}
