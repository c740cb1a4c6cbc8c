    return stops.back();
}
