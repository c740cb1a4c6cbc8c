//! HTTP endpoints that speak no protocol of their own: the person says what is sent and where the answer is.

mod body;

pub(crate) use body::{check_body, variables};
