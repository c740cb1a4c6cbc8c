    return total >= 50;
}
