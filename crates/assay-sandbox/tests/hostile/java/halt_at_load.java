// about: ends while it is loaded
// verdict: exception
import java.util.*;

class Solution {
    static int twice(int x) {
        return 2 * x;
    }

    static {
        Runtime.getRuntime().halt(0);
    }
}
