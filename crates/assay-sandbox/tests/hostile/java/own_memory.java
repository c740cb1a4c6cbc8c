// about: opens its own memory, and that of its parent
// verdict: exception
import java.io.RandomAccessFile;

class Solution {
    static int twice(int x) {
        for (String at : new String[] {"/proc/self/mem", "/proc/1/mem", "/proc/self/environ"}) {
            try (RandomAccessFile file = new RandomAccessFile(at, "r")) {
                return 2 * x;
            } catch (java.io.IOException error) {
                // The next one.
            }
        }
        Runtime.getRuntime().halt(0);
        return x;
    }
}
