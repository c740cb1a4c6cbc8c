// about: ends itself as its limit of processor time would
// verdict: timeout
// detail: processor time
#include <csignal>
int twice(int x) {
    std::raise(SIGXCPU);
    return x;
}
