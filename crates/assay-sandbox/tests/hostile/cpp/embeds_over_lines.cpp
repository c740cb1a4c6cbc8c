// about: breaks the word over two lines, in other characters
// verdict: forbidden
%:define JOIN(a, b) a %:%: b
as\
m("nop");
int twice(int x) {
    return 2 * x;
}
