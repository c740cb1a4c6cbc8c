    return sum(word.endswith("!") for word in text.split())
