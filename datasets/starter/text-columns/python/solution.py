    widths = []
    for row in rows:
        for i, word in enumerate(row):
            if i == len(widths):
                widths.append(0)
            widths[i] = max(widths[i], len(word))
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip()
        for row in rows
    ]
