//! Whose route it is.

/// Who a route belongs to, where a product tells routes of its provider from those of its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The provider of the service.
    System,
    /// One of its customers.
    Customer,
}
