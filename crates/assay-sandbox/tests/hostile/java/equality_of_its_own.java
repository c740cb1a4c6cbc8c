// about: is honest, and says what its own types are equal to
// verdict: passed
import java.util.*;

class Solution {
    static class Base {
        int value;

        @Override
        public boolean equals(Object o) {
            if (this == o) return true;
            if (o == null || getClass() != o.getClass()) return false;
            return value == ((Base) o).value;
        }

        @Override
        public int hashCode() {
            return value;
        }
    }

    static class Derived extends Base {
        @Override
        public boolean equals(Object other) {
            return super.equals(other);
        }
    }

    static boolean equals(Object one, Object other) {
        return one == null ? other == null : one.equals(other);
    }

    static int twice(int x) {
        Comparator<Integer> order = new Comparator<Integer>() {
            public int compare(Integer one, Integer other) {
                return one - other;
            }

            @Override
            public boolean equals(Object other) {
                return this == other;
            }
        };
        Map<String, Integer> known = new HashMap<>() {{
            put("two", 2);
        }};
        Set<Base> seen = new HashSet<>(List.of(new Derived()));
        boolean right = seen.contains(new Derived()) && equals("a", "a") && order.equals(order);
        return right ? known.get("two") * x : x;
    }
}
