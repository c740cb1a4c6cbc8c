// about: leaves threads that go on
// verdict: passed
import java.util.*;

class Solution {
    static int twice(int x) {
        new Thread(() -> {
            for (;;) {
            }
        }).start();
        return 2 * x;
    }
}
