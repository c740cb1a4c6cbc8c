#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(apply_orders({{"apple", 2}}, {"+3 pear", "-1 apple"}) == map<string, int>{{"apple", 1}, {"pear", 3}}, "apply_orders({{\"apple\", 2}}, {\"+3 pear\", \"-1 apple\"})");
    check(apply_orders({{"fig", 1}}, {"-2 fig", "-1 fig"}) == map<string, int>{}, "apply_orders({{\"fig\", 1}}, {\"-2 fig\", \"-1 fig\"})");
    check(apply_orders({}, {}) == map<string, int>{}, "apply_orders({}, {})");
    check(apply_orders({{"apple", 4}, {"plum", 7}}, {}) == map<string, int>{{"apple", 4}, {"plum", 7}}, "apply_orders({{\"apple\", 4}, {\"plum\", 7}}, {})");
    check(apply_orders({}, {"-1 kiwi", "+12 kiwi", "-10 kiwi"}) == map<string, int>{{"kiwi", 2}}, "apply_orders({}, {\"-1 kiwi\", \"+12 kiwi\", \"-10 kiwi\"})");
    check(apply_orders({{"lime", 5}}, {"-5 lime", "-1 lime", "+2 lime", "+2 lime"}) == map<string, int>{{"lime", 4}}, "apply_orders({{\"lime\", 5}}, {\"-5 lime\", \"-1 lime\", \"+2 lime\", \"+2 lime\"})");
    check(apply_orders({{"date", 10}, {"fig", 10}}, {"-11 date", "-3 fig", "-7 date", "-7 fig"}) == map<string, int>{{"date", 3}}, "apply_orders({{\"date\", 10}, {\"fig\", 10}}, {\"-11 date\", \"-3 fig\", \"-7 date\", \"-7 fig\"})");
    return failed ? 1 : 0;
}
