#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(text_columns({{"tea", "2"}, {"coffee", "11"}}) == vector<string>{"tea     2", "coffee  11"}, "text_columns({{\"tea\", \"2\"}, {\"coffee\", \"11\"}})");
    check(text_columns({{"a", "bb", "c"}, {"dd"}, {"e", "f"}}) == vector<string>{"a   bb  c", "dd", "e   f"}, "text_columns({{\"a\", \"bb\", \"c\"}, {\"dd\"}, {\"e\", \"f\"}})");
    check(text_columns({}) == vector<string>{}, "text_columns({})");
    check(text_columns({{"one"}}) == vector<string>{"one"}, "text_columns({{\"one\"}})");
    check(text_columns({{"x", "", "y"}, {"", "long", ""}}) == vector<string>{"x        y", "   long"}, "text_columns({{\"x\", \"\", \"y\"}, {\"\", \"long\", \"\"}})");
    check(text_columns({{"", ""}, {"", ""}}) == vector<string>{"", ""}, "text_columns({{\"\", \"\"}, {\"\", \"\"}})");
    check(text_columns({{"no", "yes"}, {}, {"maybe"}}) == vector<string>{"no     yes", "", "maybe"}, "text_columns({{\"no\", \"yes\"}, {}, {\"maybe\"}})");
    check(text_columns({{"1", "22", "333"}, {"4444", "5", "6"}, {"7", "88", "9"}}) == vector<string>{"1     22  333", "4444  5   6", "7     88  9"}, "text_columns({{\"1\", \"22\", \"333\"}, {\"4444\", \"5\", \"6\"}, {\"7\", \"88\", \"9\"}})");
    return failed ? 1 : 0;
}
