//! Equivalence of two tables for all mail: exact, not sampled.
//!
//! [`compare`] divides all mail into finitely many classes, asks both tables about one envelope of each through
//! [`select`](crate::lookup::select), and reports where the decisions differ ([`Decision::same_mail`]). Nothing here matches
//! on its own. What has to be shown is that no class was forgotten: **if two tables differ for any mail, they differ for
//! one of the witnesses, or something is undecided.**
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
//! One decision holds the text of the host where another may state it: a transport without a next hop. Where such a pair is
//! the same, the host is asked about once more under another name, or in other letters.
//!
//! *A dot at the end.* Where both products drop one, what they see is the host without it: the tree is that of what they
//! see, and a witness that ends in a dot gets another one. Where one drops it, every key of its table is in the tree with a dot
//! behind it, too. What then differs at hosts with a dot is announced once ([`Cause::FinalDot`]).
//!
//! *Addresses.* Keys and exceptions that are whole addresses meet one recipient each, spelled in all ways that a finer level
//! tells apart; each is a witness at its node, and all other local parts are one more class. With delimiters each named local
//! part is asked about with an extension behind each of them: what stands before the first delimiter of a table is looked up,
//! and nothing behind it. Local parts that Postfix never cuts (`owner-…`, `…-request`, two names of its own) are witnesses
//! where `-` is a delimiter. Where both tables list a host in percenthack they rewrite alike and the result is a recipient of
//! another class; where one does, a witness decides or the host is undecided.
//!
//! *Senders.* Where routes have conditions, [`contenders`](crate::lookup::contenders) says for each recipient class which
//! could match it; the keys of their senders, and those of stages by sender, make a tree of their own, and the same walk
//! gives one sender of each class, nobody's and the null sender with them. A stage by sender knows `@d`, `.d` and ends of local
//! parts (`.x@d`): hosts, hosts below, and a local part that nothing else names with that end. Of senders that all such stages
//! know by the same routes one is asked; what is decided before these stages is not asked for again, nor is a sender whose
//! own route decides in both tables whatever the recipient is.
//!
//! *Directions* are both tried where a contender has one.
//!
//! *Subjects.* A decision depends on a subject through the tests of the contenders alone. `subjects` makes, for every choice of
//! up to eight tests, one that passes no others but those that it must, so that every possible outcome is tried. For expressions,
//! more tests, or texts of which one table heeds case and the other does not, that is not certain: then a difference needs a
//! subject that shows it, equality needs the same list of contenders in both tables, and all else is undecided.
//!
//! *The same list.* Where two products are alike and hold the same contenders in the same order against a recipient of
//! which nothing else is known, with the same conditions and decisions, both tables decide alike for all mail to it, and one
//! question is enough.
//!
//! A file that defers all mail, or is ignored whole, is `select`'s to know.
//!
//! # What is not decided
//!
//! Hosts with a dot other than `.` (U+3002, U+FF0E, U+FF61) are not looked at: no mail domain has them (RFC 5890, 2.3.2.1), and
//! Courier alone takes them for dots. A key that holds one is asked for itself and counted as undecided. Addresses
//! without `@` are not looked at. Stores that do not show their keys, stages that match in a way not thought of here
//! (`keys::Dependence`), delimiters that are letters, an order of routes that no vendor states, and all
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
mod envelopes;
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
