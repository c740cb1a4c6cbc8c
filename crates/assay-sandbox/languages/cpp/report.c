/* Says over the channel that the tests have run to their end. The two numbers are the secret; they
 * stand in the code that comes after the tests, and nowhere else. */
#include <unistd.h>

void assay_report(unsigned long long high, unsigned long long low) {
    static const char digits[] = "0123456789abcdef";
    char text[34];
    text[0] = '\n';
    text[33] = '\n';
    for (int i = 0; i < 16; i++) {
        text[16 - i] = digits[(high >> (4 * i)) & 15];
        text[32 - i] = digits[(low >> (4 * i)) & 15];
    }
    if (write(3, text, sizeof text) != (ssize_t)sizeof text) {
        _exit(70);
    }
}
