        Set<String> inside = new HashSet<>();
        for (String entry : entries) {
            String[] words = entry.split(" ");
            boolean changed = words[0].equals("in") ? inside.add(words[1]) : inside.remove(words[1]);
            if (!changed || inside.size() > capacity) {
                return false;
            }
        }
        return true;
    }
}
