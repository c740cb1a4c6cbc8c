// about: sends what looks like messages for ever
// verdict: forbidden
// detail: channel
#include <unistd.h>
int twice(int x) {
    while (write(3, "{\"kind\":\"memory\"}\n", 18)) {}
    return x;
}
