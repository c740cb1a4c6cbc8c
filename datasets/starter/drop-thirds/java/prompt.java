import java.util.*;

class Solution {
    /**
     * Return items without its third, sixth, ninth, ... item.
     *
     * dropThirds([1, 2, 3, 4, 5, 6, 7]) returns [1, 2, 4, 5, 7]
     * dropThirds([8, 9]) returns [8, 9]
     */
    static List<Integer> dropThirds(List<Integer> items) {
