// about: hides code behind quotes that do not end a text
// verdict: forbidden
class Solution {
    static String one = """
        \""" ; """;
    static Object hidden = Solution.class.getDeclaredMethods();
    static String other = "" + """
        """;

    static int twice(int x) {
        return 2 * x;
    }
}
