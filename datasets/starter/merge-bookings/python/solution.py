    blocks = []
    for start, end in sorted(bookings):
        if start >= end:
            continue
        if blocks and start - blocks[-1][1] <= gap:
            blocks[-1] = (blocks[-1][0], max(blocks[-1][1], end))
        else:
            blocks.append((start, end))
    return blocks
