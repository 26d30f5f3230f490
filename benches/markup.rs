//! Tables in XML beside xmllint, which only parses them: both sides in one run, medians, ratios. Nothing is judged.
//!
//! `cargo bench --bench markup`, with Debian's `libxml2-utils` and `time` installed. `-- MEGABYTES RUNS` changes the size of
//! each file (100) and the number of counted runs of each side (5).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sides;

use std::fmt::Write as _;
use std::fs;

use sides::{Lots, Side};

/// Routes of Xeams, `size` bytes of them.
fn xeams(size: usize) -> String {
    let mut lots = Lots::new();
    let mut text = String::with_capacity(size + 1024);
    text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomRouting>\n  <Routes>\n");
    let mut n = 0;
    while text.len() < size {
        let _ = writeln!(
            text,
            "    <Route>\n      <sender>@branch{n}.example</sender>\n      <recipient>{}</recipient>",
            match n % 3 {
                0 => "ANY".to_owned(),
                1 => format!("@customer{}.example", lots.below(50_000)),
                _ => format!("user{n}@customer{}.example", lots.below(50_000)),
            }
        );
        if n % 7 == 0 {
            text.push_str("      <subject operand=\"sw\">Invoice</subject>\n");
        }
        let _ = writeln!(
            text,
            "      <ip>192.0.2.{}|relay{}.example.net</ip>\n    </Route>",
            lots.below(256),
            lots.below(1000)
        );
        n += 1;
    }
    text.push_str("  </Routes>\n</CustomRouting>\n");
    text
}

/// Entries of neutral-1, `size` bytes of them.
fn neutral(size: usize) -> String {
    let mut lots = Lots::new();
    let mut text = String::with_capacity(size + 1024);
    text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MessageDeliverySettings schema=\"neutral-1\">\n");
    let mut n = 0;
    while text.len() < size {
        if n % 5 == 0 {
            let _ = writeln!(
                text,
                "  <Entry recipient=\"*.customer{n}.example\" method=\"mx\">\n    <Mx name=\"pool{}.example.net\" port=\"25\"/>\n  </Entry>",
                lots.below(1000)
            );
        } else {
            let _ = writeln!(
                text,
                "  <Entry recipient=\"customer{n}.example\" method=\"static\">"
            );
            for preference in [10, 10, 50] {
                let _ = writeln!(
                    text,
                    "    <Server address=\"192.0.2.{}\" port=\"25\" preference=\"{preference}\" enabled=\"true\"/>",
                    lots.below(256)
                );
            }
            text.push_str("  </Entry>\n");
        }
        n += 1;
    }
    text.push_str("</MessageDeliverySettings>\n");
    text
}

fn main() {
    let (megabytes, runs) = (sides::number(0, 100), sides::number(1, 5));
    let dir = sides::directory("bench-markup");
    let size = megabytes << 20;
    for (name, text) in [("xeams.xml", xeams(size)), ("neutral.xml", neutral(size))] {
        fs::write(dir.join(name), text).expect("the table");
        let resolve = env!("CARGO_BIN_EXE_qroute-resolve");
        let asked = ["--sender", "u@branch9.example", "u@customer8.example"];
        let ours = [
            &[resolve, "--no-config", "--no-dns", "--routes", name],
            &asked[..],
        ]
        .concat();
        let theirs = ["xmllint", "--noout", "--stream", name];
        let title = format!("one address against {megabytes} MB of {name}");
        sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));
    }
}
