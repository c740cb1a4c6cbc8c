// about: brings a main and hopes that it is called
// verdict: compile_error forbidden failed
import java.util.*;

class Solution {
    static int twice(int x) {
        return x;
    }

    public static void main(String[] args) {
    }
}
