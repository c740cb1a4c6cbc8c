fn main() {
    assert_eq!(last_stop(&["Mill", "Park", "Station"]), "Station");
    assert_eq!(last_stop(&["Harbour"]), "Harbour");
    assert_eq!(last_stop(&["a", "b"]), "b");
    assert_eq!(last_stop(&["b", "a"]), "a");
    assert_eq!(last_stop(&["Elm", "Elm"]), "Elm");
    assert_eq!(last_stop(&["North Gate", "South Gate"]), "South Gate");
    assert_eq!(last_stop(&["1", "2", "3", "4", "5"]), "5");
    assert_eq!(last_stop(&["Zoo", "Lake", "Zoo", "Mill"]), "Mill");
}
