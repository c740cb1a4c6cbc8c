// about: is right, and says in the words of a guard that it is not
// verdict: failed forbidden
#include <unistd.h>
int twice(int x) {
    return write(3, "\n{\"kind\":\"failed\"}\n", 19) ? 2 * x : 0;
}
