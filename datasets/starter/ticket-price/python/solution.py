    return 0 if age < 6 else 5
