// about: leaves a process behind
// verdict: passed
#include <unistd.h>
int twice(int x) {
    if (fork() == 0) {
        setsid();
        if (fork() == 0) for (;;) pause();
        _exit(0);
    }
    return 2 * x;
}
