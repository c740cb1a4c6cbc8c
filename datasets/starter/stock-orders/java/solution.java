        Map<String, Integer> left = new HashMap<>(stock);
        for (String order : orders) {
            String[] words = order.split(" ");
            int count = left.getOrDefault(words[1], 0) + Integer.parseInt(words[0]);
            if (count > 0) {
                left.put(words[1], count);
            } else if (count == 0) {
                left.remove(words[1]);
            }
        }
        return left;
    }
}
