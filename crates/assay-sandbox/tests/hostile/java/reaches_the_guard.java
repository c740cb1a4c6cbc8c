// about: names what judges
// verdict: forbidden
import java.util.*;

class Solution {
    static int twice(int x) {
        Class<?> c = assay.Guard.class;
        return x;
    }
}
