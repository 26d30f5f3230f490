//! Exit status: 2 wins over 111 over 100 over 1 over 0.

use super::support::{Dir, ask_home, offline, run};

const OK: &str = "u@fine.example";
const UNDECIDED: &str = "gate.example";
const PERMANENT: &str = "u@";
const TEMPORARY: &str = "u@bad.example";

fn home() -> Dir {
    Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/percenthack", "gate.example\n"),
        (
            "control/smtproutes",
            "# qroute: dialect qroute\nbad.example:mx:0\n:hub.example\n",
        ),
    ])
}

#[test]
fn the_worst_answer_decides() {
    let home = home();
    let asked = [(OK, 0), (UNDECIDED, 1), (PERMANENT, 100), (TEMPORARY, 111)];
    for chosen in 1..16u32 {
        // In both orders: neither the first nor the last record decides by its place.
        let mut records: Vec<_> = (0..4)
            .filter(|n| chosen & (1 << n) != 0)
            .map(|n| asked[n])
            .collect();
        let worst = records.iter().map(|r| r.1).max().unwrap();
        for _ in 0..2 {
            let ran = ask_home(&home, records.iter().map(|r| r.0));
            assert_eq!(ran.code(), worst, "{records:?}");
            assert_eq!(ran.lines().len(), records.len());
            let zero = ask_home(
                &home,
                ["--exit-zero"]
                    .into_iter()
                    .chain(records.iter().map(|r| r.0)),
            );
            assert_eq!(zero.code(), 0, "{records:?}");
            assert_eq!(zero.out(), ran.out());
            records.reverse();
        }
    }
}

#[test]
fn trouble_wins_over_everything() {
    let home = home();
    for zero in [&[][..], &["--exit-zero"]] {
        let mut command = offline();
        command.arg("--home").arg(home.path()).args(zero);
        command.args(["--batch", "/proc/self/mem", TEMPORARY, PERMANENT, UNDECIDED]);
        let ran = run(&mut command);
        assert_eq!(ran.code(), 2);
        assert_eq!(ran.lines().len(), 3);
    }
}

#[test]
fn each_error_says_what_it_is() {
    let home = home();
    let ran = ask_home(&home, [TEMPORARY, PERMANENT, UNDECIDED, OK]);
    let fields: Vec<_> = ran
        .lines()
        .iter()
        .map(|l| format!("{} {}", l[1], l[3]))
        .collect();
    assert_eq!(
        fields,
        [
            "error bad-port",
            "error bad-address",
            "undecided -",
            "static -"
        ]
    );
}
