// about: ends before main
// verdict: exception
#include <unistd.h>
static int gone = (_exit(0), 1);
int twice(int x) {
    return 2 * x;
}
