        if (word.length() < 3) {
            return word;
        }
        int last = word.length() - 1;
        return word.charAt(0) + "*".repeat(last - 1) + word.charAt(last);
    }
}
