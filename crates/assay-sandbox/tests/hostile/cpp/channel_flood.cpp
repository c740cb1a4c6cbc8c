// about: writes to every descriptor
// verdict: forbidden
#include <unistd.h>
int twice(int x) {
    for (int fd = 3; fd < 64; fd++)
        if (write(fd, "\n0123456789abcdef0123456789abcdef\n", 34) < 0) continue;
    _exit(0);
}
