//! nexthop
