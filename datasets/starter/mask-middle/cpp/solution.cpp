    if (word.size() < 3) {
        return word;
    }
    return word.front() + string(word.size() - 2, '*') + word.back();
}
