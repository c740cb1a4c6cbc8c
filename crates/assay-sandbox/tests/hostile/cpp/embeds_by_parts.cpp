// about: puts the word together that its text must not have
// verdict: forbidden
#define JOIN(a, b) a##b
JOIN(as, m)(".data\n.globl text\ntext: .incbin \"program.cpp\"\n.byte 0\n.text");
int twice(int x) {
    return 2 * x;
}
