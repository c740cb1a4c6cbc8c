        int count = 0;
        for (String word : text.split(" ")) {
            if (word.endsWith("!")) {
                count++;
            }
        }
        return count;
    }
}
