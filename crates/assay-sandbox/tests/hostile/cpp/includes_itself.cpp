// about: includes without end
// verdict: compile_error
#include __FILE__
int twice(int x) {
    return 2 * x;
}
