// about: has its heap written into a file
// verdict: forbidden
import java.lang.management.ManagementFactory;

class Solution {
    static int twice(int x) {
        ManagementFactory.getPlatformMXBeans(com.sun.management.HotSpotDiagnosticMXBean.class);
        return 2 * x;
    }
}
