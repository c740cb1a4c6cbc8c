    int rest = minutes % 60;
    return to_string(minutes / 60) + (rest < 10 ? ":0" : ":") + to_string(rest);
}
