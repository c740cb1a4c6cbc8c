// about: takes all memory
// verdict: memory
import java.util.*;

class Solution {
    static int twice(int x) {
        var kept = new ArrayList<int[]>();
        for (;;) kept.add(new int[1 << 20]);
    }
}
