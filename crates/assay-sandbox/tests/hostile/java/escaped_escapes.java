// about: hides escapes behind escapes
// verdict: forbidden
class Solution {
    static String it = "\u005cu0022; \u002f* ";
    static int twice(int x) {
        return 2 * x;
    }
}
