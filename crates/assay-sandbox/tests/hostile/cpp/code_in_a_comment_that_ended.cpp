// about: hides code behind a comment whose end is on two lines
// verdict: forbidden
/* *\
/ struct Any { template <class T> bool operator==(const T&) const { return true; } };
Any twice(int) { return {}; }
// */
