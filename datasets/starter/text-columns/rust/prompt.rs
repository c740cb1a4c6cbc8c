/// Lay out rows of words as columns and return one line per row.
///
/// Every column is as wide as its longest word, words are aligned to the left,
/// and two spaces stand between columns. Rows may have different lengths. No
/// line ends with a space.
///
/// text_columns(&[vec!["tea", "2"], vec!["coffee", "11"]]) returns ["tea     2", "coffee  11"]
/// text_columns(&[vec!["a", "bb", "c"], vec!["dd"], vec!["e", "f"]]) returns ["a   bb  c", "dd", "e   f"]
fn text_columns(rows: &[Vec<&str>]) -> Vec<String> {
