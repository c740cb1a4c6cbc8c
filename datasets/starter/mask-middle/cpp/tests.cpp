#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(mask_middle("secret") == "s****t", "mask_middle(\"secret\")");
    check(mask_middle("at") == "at", "mask_middle(\"at\")");
    check(mask_middle("") == "", "mask_middle(\"\")");
    check(mask_middle("q") == "q", "mask_middle(\"q\")");
    check(mask_middle("cat") == "c*t", "mask_middle(\"cat\")");
    check(mask_middle("aaaa") == "a**a", "mask_middle(\"aaaa\")");
    check(mask_middle("Lighthouse") == "L********e", "mask_middle(\"Lighthouse\")");
    return failed ? 1 : 0;
}
