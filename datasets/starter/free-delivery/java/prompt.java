import java.util.*;

class Solution {
    /**
     * Return true if total is at least 50.
     *
     * isDeliveryFree(80) returns true
     * isDeliveryFree(20) returns false
     */
    static boolean isDeliveryFree(int total) {
