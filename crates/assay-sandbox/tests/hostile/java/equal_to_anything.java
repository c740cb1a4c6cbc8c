// about: would be wrong if a type of its own were equal to a text, or a list of its own to another
// verdict: passed
import java.util.*;

class Solution {
    static class Any {
        @Override
        public boolean equals(Any this, final @Deprecated java.lang.Object it) throws RuntimeException {
            return true;
        }
    }

    @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)
    @interface Marked {
        int[] value();
    }

    static class Numbers extends @Marked({}) ArrayList<Integer> {
        public boolean equals(Object it) {
            return true;
        }
    }

    static int twice(int x) {
        Object made = new Object() {
            public boolean equals(Object it) {
                return true;
            }
        };
        List<Object> held = new ArrayList<>(List.of(new Any()));
        if (new Any().equals("") || made.equals("") || new Numbers().equals(List.of(1)) || held.equals(List.of(""))) return x;
        return new Any().equals(new Any()) ? 2 * x : x;
    }
}
