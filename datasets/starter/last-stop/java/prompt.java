import java.util.*;

class Solution {
    /**
     * Return the last item of stops, which is never empty.
     *
     * lastStop(["Mill", "Park", "Station"]) returns "Station"
     * lastStop(["Harbour"]) returns "Harbour"
     */
    static String lastStop(List<String> stops) {
