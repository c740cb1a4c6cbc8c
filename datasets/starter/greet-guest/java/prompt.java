import java.util.*;

class Solution {
    /**
     * Return "Hello, " followed by the name and "!".
     *
     * greetGuest("Ada") returns "Hello, Ada!"
     * greetGuest("Tom") returns "Hello, Tom!"
     */
    static String greetGuest(String name) {
