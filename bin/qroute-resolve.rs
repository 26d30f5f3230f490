//! Where would mail for this address go, and why?

fn main() {}
