// about: calls itself without end
// verdict: exception
// detail: StackOverflowError
import java.util.*;

class Solution {
    static int twice(int x) {
        return twice(x) + 1;
    }
}
