    istringstream words(text);
    string word;
    int count = 0;
    while (words >> word) {
        if (word.back() == '!') {
            ++count;
        }
    }
    return count;
}
