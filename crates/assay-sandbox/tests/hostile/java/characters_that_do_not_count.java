// about: splits a name by a character that a compiler skips
// verdict: forbidden
class Solution {
    static int twice(int x) {
        System.out.println(Solution.class.get\u0001Declared\u200bMethods().length);
        return 2 * x;
    }
}
