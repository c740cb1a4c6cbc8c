    if len(word) < 3:
        return word
    return word[0] + "*" * (len(word) - 2) + word[-1]
