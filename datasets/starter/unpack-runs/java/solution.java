        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < packed.length()) {
            if (packed.charAt(i) == '~') {
                i++;
            }
            String character = packed.substring(i, i + 1);
            i++;
            int start = i;
            while (i < packed.length() && Character.isDigit(packed.charAt(i))) {
                i++;
            }
            int count = start == i ? 1 : Integer.parseInt(packed.substring(start, i));
            text.append(character.repeat(count));
        }
        return text.toString();
    }
}
