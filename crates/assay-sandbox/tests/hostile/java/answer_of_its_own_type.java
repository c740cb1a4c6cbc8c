// about: answers with a type of its own, which is equal to anything
// verdict: compile_error
class Solution {
    record Any(int x) {
        public boolean equals(Integer other) {
            return true;
        }
    }

    static Any twice(int x) {
        return new Any(x);
    }
}
