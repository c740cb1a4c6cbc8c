/// Count the words of text that end with an exclamation mark.
///
/// Words are separated by one or more spaces.
///
/// count_loud_words("Stop! Who goes there!") returns 2
/// count_loud_words("all is calm") returns 0
fn count_loud_words(text: &str) -> usize {
