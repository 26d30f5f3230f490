//! Many files: they are looked at on all processors, and what is said comes in their order.

use super::bare;
use crate::support::{Dir, run};

#[test]
fn findings_and_messages_come_in_the_order_of_the_files() {
    let dir = Dir::new();
    let mut tables = Vec::new();
    for n in 0..60 {
        // Every third is long, every fourth cannot be read for its configuration, every fifth is not there.
        let lines = if n % 3 == 0 { 4000 } else { 2 };
        let mut text = format!("# qroute: dialect sagredo\nkey{n}:mx:\n");
        text.extend((0..lines).map(|line| format!("k{line}.example:mx.example\n")));
        dir.file(format!("{n}/smtproutes"), text);
        if n % 4 == 0 {
            dir.file(format!("{n}/qroute.toml"), "no = table\n");
        }
        tables.push(match n % 5 {
            4 => dir.join(format!("{n}/none")),
            _ => dir.join(format!("{n}/smtproutes")),
        });
    }
    let together = run(bare().arg("--output-format").arg("concise").args(&tables));
    let (mut out, mut err) = (String::new(), String::new());
    for table in &tables {
        let alone = run(bare().arg("--output-format").arg("concise").arg(table));
        out += alone.out();
        err += alone.err();
    }
    assert_eq!(together.code(), 2);
    assert!(
        out.lines().count() >= 30 && err.contains("not valid TOML"),
        "{out}{err}"
    );
    assert_eq!(together.out(), out);
    // What is not there is said before anything is read.
    let read = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.contains("none"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(read(together.err()), read(&err));
}
