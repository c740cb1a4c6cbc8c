// about: opens its descriptors
// verdict: exception
import java.util.*;

class Solution {
    static int twice(int x) {
        for (String at : new String[] {"/proc/self/fd/3", "/dev/fd/3", "/proc/self/fd/4"}) {
            try (var out = new java.io.FileOutputStream(at)) {
                out.write("\n0123456789abcdef0123456789abcdef\n".getBytes());
            } catch (java.io.IOException e) {
                continue;
            }
        }
        Runtime.getRuntime().halt(0);
        return x;
    }
}
