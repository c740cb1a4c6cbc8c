// about: closes its class before the tests, and brings what would take their place
// verdict: forbidden compile_error
import java.util.*;

class Solution {
    static int twice(int x) {
        return x;
    }
}

class Main {
    public static void main(String[] args) {
    }
}
