// about: ends the line of a comment with a carriage return
// verdict: forbidden
class Solution {
    static int twice(int x) {
        // \u000d System.out.println(Solution.class.getDeclaredMethods().length);
        return 2 * x;
    }
}
