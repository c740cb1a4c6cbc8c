/* What judges and reports, called from code that comes after the program, by names that nobody knows; and the secret
 * stands in a file of its own, under another. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int failed;

/* An assertion of the tests did not hold. */
void assay_failed(const char *text, int line) {
    failed = 1;
    dprintf(2, "program: tests.cpp:%d: Assertion `%s' failed.\n", line, text);
    /* Whatever the program made of these. */
    for (;;) {
        abort();
        __builtin_trap();
    }
}

/* Says over the channel that the tests have run to their end. */
void assay_report(const unsigned long long *secret) {
    static const char digits[] = "0123456789abcdef";
    char text[34];
    if (failed) {
        return;
    }
    text[0] = '\n';
    text[33] = '\n';
    for (int half = 0; half < 2; half++) {
        for (int i = 0; i < 16; i++) {
            text[16 * (half + 1) - i] = digits[(secret[half] >> (4 * i)) & 15];
        }
    }
    if (write(3, text, sizeof text) != (ssize_t)sizeof text) {
        _exit(70);
    }
}
