// about: is equal to everything, by a macro that is given the trait
// verdict: forbidden
#[derive(Debug)]
struct Any;

macro_rules! same {
    (($all:path)) => {
        impl $all for Any {
            fn eq(&self, _: &i32) -> bool {
                true
            }
        }
    };
}
same!((PartialEq<i32>));

fn twice(_: i32) -> Any {
    Any
}
