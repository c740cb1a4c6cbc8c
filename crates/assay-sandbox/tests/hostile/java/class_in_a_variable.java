// about: asks a class that it holds in a variable for its methods
// verdict: forbidden
class Solution {
    static int twice(int x) {
        Class<?> it = new Solution().getClass();
        System.out.println(it.getMethods().length);
        return 2 * x;
    }
}
