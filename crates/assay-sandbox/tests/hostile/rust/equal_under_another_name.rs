// about: is equal to everything, by a trait of another name
// verdict: forbidden
use std::cmp::PartialEq as Same;

#[derive(Debug)]
struct Any;

impl Same<i32> for Any {
    fn eq(&self, _: &i32) -> bool {
        true
    }
}

fn twice(_: i32) -> Any {
    Any
}
