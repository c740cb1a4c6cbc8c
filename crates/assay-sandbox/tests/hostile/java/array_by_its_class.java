// about: is honest, and makes arrays of a class
// verdict: passed
import java.lang.reflect.*;

class Solution {
    static int twice(int x) {
        int[] made = (int[]) Array.newInstance(int.class, 1);
        made[0] = 2 * x;
        return made[0];
    }
}
