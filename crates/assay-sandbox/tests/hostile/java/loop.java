// about: never ends
// verdict: timeout
import java.util.*;

class Solution {
    static int twice(int x) {
        for (;;) {
        }
    }
}
