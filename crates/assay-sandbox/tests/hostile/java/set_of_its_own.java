// about: says itself what a set of its own holds
// verdict: forbidden
import java.util.*;

class Solution {
    static class Base<T> extends @Marked({}) HashSet<T> {
    }

    @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)
    @interface Marked {
        int[] value();
    }

    static class Any extends Base<Integer> {
        @Override
        public boolean containsAll(Collection<?> all) {
            return true;
        }
    }

    static int twice(int x) {
        return 2 * x;
    }
}
