// about: starts threads without end
// verdict: process_limit
import java.util.*;

class Solution {
    static int twice(int x) {
        for (;;) {
            new Thread(() -> {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    return;
                }
            }).start();
        }
    }
}
