// about: has the assembler put its own text, tests and all, into the program
// verdict: forbidden
asm(".data\n.globl text\ntext: .incbin \"program.cpp\"\n.byte 0\n.text");
extern "C" char text[];
int twice(int x) {
    return text[0] ? 2 * x : x;
}
