    text = []
    i = 0
    while i < len(packed):
        if packed[i] == "~":
            i += 1
        character = packed[i]
        i += 1
        start = i
        while i < len(packed) and packed[i].isdigit():
            i += 1
        text.append(character * int(packed[start:i] or 1))
    return "".join(text)
