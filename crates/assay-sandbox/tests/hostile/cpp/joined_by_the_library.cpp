// about: puts a word together with a macro of the C library's
// verdict: forbidden
#include <cstdio>
__CONCAT(as, m)(".set assay_failed, mine");
int twice(int x) {
    return x;
}
