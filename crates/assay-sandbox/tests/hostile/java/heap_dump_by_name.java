// about: has its heap written into a file, and names nothing of it
// verdict: forbidden
import java.lang.management.*;

class Solution {
    static int twice(int x) throws RuntimeException {
        var server = ManagementFactory.getPlatformMBeanServer();
        System.out.println(server.getMBeanCount());
        return 2 * x;
    }
}
