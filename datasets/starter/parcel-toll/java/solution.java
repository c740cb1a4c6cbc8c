        int toll = 0;
        for (int weight : weights) {
            toll += weight > limit ? 2 * weight : weight;
        }
        return toll;
    }
}
