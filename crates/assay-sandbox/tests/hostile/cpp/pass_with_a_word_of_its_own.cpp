// about: is right, and says something on the channel of its tests
// verdict: forbidden
#include <unistd.h>
int twice(int x) {
    return write(3, "\nme too\n", 8) ? 2 * x : 0;
}
