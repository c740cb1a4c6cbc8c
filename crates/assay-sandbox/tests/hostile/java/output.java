// about: prints without end
// verdict: output_limit
import java.util.*;

class Solution {
    static int twice(int x) {
        for (;;) System.out.println("x".repeat(60_000));
    }
}
