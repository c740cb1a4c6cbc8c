#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(count_loud_words("Stop! Who goes there!") == 2, "count_loud_words(\"Stop! Who goes there!\")");
    check(count_loud_words("all is calm") == 0, "count_loud_words(\"all is calm\")");
    check(count_loud_words("") == 0, "count_loud_words(\"\")");
    check(count_loud_words("Hey!") == 1, "count_loud_words(\"Hey!\")");
    check(count_loud_words("a!b c! d!!") == 2, "count_loud_words(\"a!b c! d!!\")");
    check(count_loud_words("!x y!z") == 0, "count_loud_words(\"!x y!z\")");
    check(count_loud_words("Go!  Go!   Go!") == 3, "count_loud_words(\"Go!  Go!   Go!\")");
    check(count_loud_words("! wait ! no") == 2, "count_loud_words(\"! wait ! no\")");
    return failed ? 1 : 0;
}
