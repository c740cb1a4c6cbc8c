// about: has a variable with the name of a type that its tests use
// verdict: forbidden
class Answers {
    static int twice(int x) {
        return 2 * x;
    }
}

class Solution {
    static Answers other, String, another;

    static int twice(int x) {
        return 2 * x;
    }
}
