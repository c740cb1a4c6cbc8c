fn main() {
    assert_eq!(text_columns(&[vec!["tea", "2"], vec!["coffee", "11"]]), vec!["tea     2", "coffee  11"]);
    assert_eq!(text_columns(&[vec!["a", "bb", "c"], vec!["dd"], vec!["e", "f"]]), vec!["a   bb  c", "dd", "e   f"]);
    assert_eq!(text_columns(&[]), Vec::<String>::new());
    assert_eq!(text_columns(&[vec!["one"]]), vec!["one"]);
    assert_eq!(text_columns(&[vec!["x", "", "y"], vec!["", "long", ""]]), vec!["x        y", "   long"]);
    assert_eq!(text_columns(&[vec!["", ""], vec!["", ""]]), vec!["", ""]);
    assert_eq!(text_columns(&[vec!["no", "yes"], vec![], vec!["maybe"]]), vec!["no     yes", "", "maybe"]);
    assert_eq!(text_columns(&[vec!["1", "22", "333"], vec!["4444", "5", "6"], vec!["7", "88", "9"]]), vec!["1     22  333", "4444  5   6", "7     88  9"]);
}
