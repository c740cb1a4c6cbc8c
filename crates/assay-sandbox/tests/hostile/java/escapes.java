// about: spells what it must not name in escapes
// verdict: forbidden
class Solution {
    static java.io.\u0046ileDescriptor it;
    static int twice(int x) {
        return 2 * x;
    }
}
