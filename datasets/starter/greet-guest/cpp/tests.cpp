#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(greet_guest("Ada") == "Hello, Ada!", "greet_guest(\"Ada\")");
    check(greet_guest("Tom") == "Hello, Tom!", "greet_guest(\"Tom\")");
    check(greet_guest("") == "Hello, !", "greet_guest(\"\")");
    check(greet_guest("x") == "Hello, x!", "greet_guest(\"x\")");
    check(greet_guest("Mary Ann") == "Hello, Mary Ann!", "greet_guest(\"Mary Ann\")");
    check(greet_guest("zoe") == "Hello, zoe!", "greet_guest(\"zoe\")");
    check(greet_guest("R2-D2") == "Hello, R2-D2!", "greet_guest(\"R2-D2\")");
    check(greet_guest("KIM!") == "Hello, KIM!!", "greet_guest(\"KIM!\")");
    return failed ? 1 : 0;
}
