// about: forks without end
// verdict: process_limit timeout
#include <unistd.h>
int twice(int x) {
    for (;;) fork();
}
