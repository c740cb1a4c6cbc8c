// about: is equal to everything
// verdict: forbidden
struct Any;

impl PartialEq<i32> for Any {
    fn eq(&self, _: &i32) -> bool {
        true
    }
}

impl std::fmt::Debug for Any {
    fn fmt(&self, _: &mut std::fmt::Formatter) -> std::fmt::Result {
        Ok(())
    }
}

fn twice(_: i32) -> Any {
    Any
}
