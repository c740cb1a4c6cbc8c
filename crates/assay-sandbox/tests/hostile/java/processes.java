// about: starts a program that outlives it
// verdict: passed exception failed process_limit
import java.util.*;

class Solution {
    static int twice(int x) {
        try {
            new ProcessBuilder("/usr/bin/sleep", "1000").start();
        } catch (java.io.IOException e) {
            return 2 * x;
        }
        return 2 * x;
    }
}
