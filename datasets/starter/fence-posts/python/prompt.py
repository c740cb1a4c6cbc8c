def posts_needed(length: int, gap: int) -> int:
    """Find the smallest number of posts for a straight fence.

    The fence is length metres long and has a post at each end. Neighbouring
    posts stand at most gap metres apart (gap is at least 1). A fence of length
    0 is a single post.

    >>> posts_needed(10, 5)
    3
    >>> posts_needed(11, 5)
    4
    """
