//! The table in memory and the text search, held to each other.
