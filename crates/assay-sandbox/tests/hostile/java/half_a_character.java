// about: is honest, and says half a character
// verdict: exception
// detail: bad char �
class Solution {
    static int twice(int x) {
        throw new IllegalStateException("bad char " + "\ud83d\ude00".charAt(0));
    }
}
