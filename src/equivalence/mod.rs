//! Equivalence of two tables for recipients: exact, not sampled.
//!
//! [`compare`] divides all recipients into finitely many classes, asks both tables about one recipient of each through
//! [`select`](crate::lookup::select), and reports where the decisions differ ([`Decision::same_mail`]). Nothing here matches
//! on its own. What has to be shown is that no class was forgotten: **if two tables differ for any recipient, they differ for
//! one of the witnesses.**
//!
//! # Why the witnesses cover every class
//!
//! *What a key sees of a host.* Every walk tries the whole host, and for every suffix `s` that begins behind a dot one key
//! made of `s` (`.s`, `s` or `*.s`), and keys that do not depend on the host (empty, `default`). Put the labels of all keys of
//! both tables into one tree, from the right. A key `.s` has the path of `s` and one empty label more, a key `*.s` the path of
//! `s` and the label `*`; so for whichever key that has it, the path of `s` is in the tree. A host with the deepest node *N*
//! therefore has all suffixes that any key can name on the way from the root to *N*, and which of them are suffixes *behind a
//! dot* depends only on whether the host **is** *N* or hangs **below** it by a label that the tree does not have. The empty
//! label is a label like any other; the empty host and hosts that end in a dot hang at the node of one empty label, which is
//! always there. Hence two witnesses a node: the node's own name, and `other` (or the next word that is no child) before it.
//!
//! *When labels are equal.* Tables differ in what they take for the same label: byte for byte ([`Sensitive`]), but for ASCII
//! case, or as [`Unicode`]. Each way is contained in the next, and each looks at one label at a time. There is one tree for
//! each way in use, and the argument above holds in each of them for the stages that compare that way. The walk follows the
//! coarsest tree; beside each node it keeps the set of *states*: for each finer tree the deepest node of the spelling so far,
//! and whether the spelling is still in that tree. From every state each child is entered with every spelling that a key has,
//! and with one spelling that no key has at each finer level, when such a one exists (all capital and small letters, and
//! all characters with the same small letter, are counted through until one is found). So every combination of deepest nodes
//! that some host has is reached, with a witness spelled that way. Keys that are not UTF-8 are compared without Unicode
//! (`lookup::fold`), so the ASCII tree is there whenever a Unicode table has such a key. The number of states of a node is at
//! most the number of spellings of its suffixes.
//!
//! *What else depends on the host.* A decision with a stated destination does not. One for the domain's own MX, and that of a
//! product that never routes hosts in brackets, sees the *shape* of the host: whether it begins with `[`; what each product's
//! rule for literals makes of it; whether a check of names keeps, changes or refuses it. Where both products are alike in this
//! the shapes do not matter. Otherwise the plain witness is followed by one prefix of every shape that can end in the node's
//! name: a bracket; an IPv4 literal with plain, zero-padded or too large octets and an IPv6 literal, when the name is that of
//! up to three octets, with and without brackets; a label outside ASCII; a refused one; and these two behind a bracket.
//! Literals come in pairs of different addresses, because the other side may route to one of them by address, and the same
//! address is the same mail. A plain witness that differs is reported for the node and its shapes are not looked at: the
//! tables differ there anyway. A host that is itself a node is asked as it is.
//!
//! *Addresses.* Keys that are whole addresses meet one recipient each (`case` aside, which no such stage heeds); each is a
//! witness at its node, and all other local parts are one more class. Where both tables list a host in percenthack they rewrite
//! alike and the result is a recipient of another class; where one does, a witness decides or the host is undecided.
//!
//! *Senders* are held fixed: their stages answer once and for all. A file that defers all mail, or is ignored whole, is
//! `select`'s to know.
//!
//! # What is not decided
//!
//! Hosts with a dot other than `.` (U+3002, U+FF0E, U+FF61) are not looked at: no mail domain has them (RFC 5890, 2.3.2.1), and
//! Courier alone takes them for dots. A key that holds one is asked for itself and counted as undecided. Addresses
//! without `@` are not looked at. Stores that do not show their keys, decisions that need more than the recipient, and all
//! beyond the limit are undecided; undecided is never equal.
//!
//! # Route by route
//!
//! [`same_in_order`] asks less and proves more: the same routes in the same order decide alike for all mail, whatever a
//! product does with them; [`same_in_any_order`] allows another order where it is certain that nobody can tell. It is what a program asks about a table that it wrote itself.
//!
//! # The default path
//!
//! Where neither table decides, equality depends on the shape alone. Each shape is announced once, with
//! [`Cause::DefaultPath`] and the number of classes met; so are hosts in brackets that one product never asks its table for.
//!
//! [`Decision::same_mail`]: crate::model::Decision::same_mail
//! [`Sensitive`]: crate::model::KeyCase::Sensitive
//! [`Unicode`]: crate::model::KeyCase::Unicode

mod any_order;
mod compare;
mod comparison;
mod edges;
mod forest;
mod in_order;
mod judge;
mod keys;
mod lists;
mod locals;
mod senders;
mod shape;
mod spelling;
mod subjects;
mod walk;

pub use any_order::same_in_any_order;
pub use compare::compare;
pub use comparison::{Cause, CompareOptions, Comparison, Difference, Recipients, Witness};
pub use in_order::same_in_order;
