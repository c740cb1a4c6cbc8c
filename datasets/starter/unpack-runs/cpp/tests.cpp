#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(unpack_runs("a3b") == "aaab", "unpack_runs(\"a3b\")");
    check(unpack_runs("~72x") == "77x", "unpack_runs(\"~72x\")");
    check(unpack_runs("") == "", "unpack_runs(\"\")");
    check(unpack_runs("~~2") == "~~", "unpack_runs(\"~~2\")");
    check(unpack_runs("z12y") == "zzzzzzzzzzzzy", "unpack_runs(\"z12y\")");
    check(unpack_runs("a0b") == "b", "unpack_runs(\"a0b\")");
    check(unpack_runs("~13~3") == "1113", "unpack_runs(\"~13~3\")");
    check(unpack_runs("x 3.2") == "x   ..", "unpack_runs(\"x 3.2\")");
    check(unpack_runs("~~~~~0") == "~~0", "unpack_runs(\"~~~~~0\")");
    check(unpack_runs("~010q~9") == "0000000000q9", "unpack_runs(\"~010q~9\")");
    return failed ? 1 : 0;
}
