        return stops.get(stops.size() - 1);
    }
}
