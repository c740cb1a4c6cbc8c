        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (i % 3 != 2) {
                kept.add(items.get(i));
            }
        }
        return kept;
    }
}
