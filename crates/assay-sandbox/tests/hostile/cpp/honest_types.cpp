// about: is honest, with types, operators and macros of its own
// verdict: passed
#include <map>
#include <vector>
#define int long long
#define rep(i, n) for (int i = 0; i < (n); i++)
typedef struct {
    int a;
} Pt;
bool operator==(const Pt& one, const Pt& other) {
    return one.a == other.a;
}
struct It {
    int at;
    friend bool operator==(const It& one, int other) { return one.at == other; }
    bool operator!=(const It& other) const { return at != other.at; }
};
using Row = std::vector<int>;
const int million = 1'000'000;
signed twice(signed x) {
    Row row;
    rep(i, 2) row.push_back(x);
    char quote = '\'', name = '"';
    return (signed)(row[0] + row[1] + (It{3} == 3) - 1 + (million > 0) - 1 + (quote != name) - 1);
}
