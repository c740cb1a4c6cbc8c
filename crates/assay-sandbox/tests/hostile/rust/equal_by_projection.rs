// about: is equal to what a trait of its own says
// verdict: forbidden
#[derive(Debug)]
struct Any;
trait Tr {
    type T;
}
impl Tr for Any {
    type T = i32;
}
impl PartialEq<<Any as Tr>::T> for Any {
    fn eq(&self, _: &i32) -> bool {
        true
    }
}

fn twice(_: i32) -> Any {
    Any
}
