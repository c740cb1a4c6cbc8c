#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(log_is_valid({"in Ana", "in Bo", "out Ana", "in Cy"}, 2) == true, "log_is_valid({\"in Ana\", \"in Bo\", \"out Ana\", \"in Cy\"}, 2)");
    check(log_is_valid({"in Ana", "out Bo"}, 5) == false, "log_is_valid({\"in Ana\", \"out Bo\"}, 5)");
    check(log_is_valid({}, 0) == true, "log_is_valid({}, 0)");
    check(log_is_valid({"in Ana", "in Bo", "in Cy", "out Cy"}, 2) == false, "log_is_valid({\"in Ana\", \"in Bo\", \"in Cy\", \"out Cy\"}, 2)");
    check(log_is_valid({"in Ana", "in Ana"}, 9) == false, "log_is_valid({\"in Ana\", \"in Ana\"}, 9)");
    check(log_is_valid({"in Ana", "out Ana", "in Ana", "out Ana", "out Ana"}, 3) == false, "log_is_valid({\"in Ana\", \"out Ana\", \"in Ana\", \"out Ana\", \"out Ana\"}, 3)");
    check(log_is_valid({"in Ana"}, 0) == false, "log_is_valid({\"in Ana\"}, 0)");
    check(log_is_valid({"in Ana", "out Ana", "in Bo", "out Bo", "in Ana"}, 1) == true, "log_is_valid({\"in Ana\", \"out Ana\", \"in Bo\", \"out Bo\", \"in Ana\"}, 1)");
    check(log_is_valid({"out Ana", "in Ana"}, 4) == false, "log_is_valid({\"out Ana\", \"in Ana\"}, 4)");
    check(log_is_valid({"in Ana", "in Bo", "out Ana", "out Bo", "in Bo"}, 2) == true, "log_is_valid({\"in Ana\", \"in Bo\", \"out Ana\", \"out Bo\", \"in Bo\"}, 2)");
    return failed ? 1 : 0;
}
