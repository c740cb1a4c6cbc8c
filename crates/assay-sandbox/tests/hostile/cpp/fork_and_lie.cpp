// about: lets a child run its tests
// verdict: exception failed forbidden
#include <unistd.h>
int twice(int x) {
    if (fork()) _exit(0);
    return x;
}
