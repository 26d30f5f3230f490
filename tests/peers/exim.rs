//! Lists of cPanel against Exim, which reads them on a server: `local_domains = lsearch;/etc/localdomains` and the like of a
//! published exim.conf, `route_data = ${lookup{$domain}lsearch{/etc/manualmx}}` for the fourth.
//!
//! Debian's package is unpacked below `target/peers`, as in `mailers.rs`; one `exim4 -be` expands all questions. It needs root
//! for a mount namespace in which its user exists; nothing of the machine's own mail system is used or changed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qroute::formats::ReadOptions;
use qroute::formats::cpanel::FORMAT;
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::{Decision, Target};
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

use super::mailers::unpack;
use super::postfix::Random;

/// Servers that are compared; `QROUTE_EXIM` says another number.
const SERVERS: usize = 500;

/// How often each kind of answer must have come up, so that the comparison says something.
const LEAST: u32 = 50;

const FILES: [&str; 4] = ["localdomains", "manualmx", "secondarymx", "remotedomains"];

/// Whose mail is asked about.
const ASKED: [&str; 9] = [
    "a.example",
    "b.example",
    "C.example",
    "d.EXAMPLE",
    "e.example",
    "f.example",
    "sub.a.example",
    "example",
    "other.example",
];

/// Values of manualmx whose meaning is written down.
const VALUES: [&str; 6] = [
    "h.example",
    "H.example",
    "192.0.2.1",
    "h.example:g.example",
    "h.example::2525",
    "relay.example/MX",
];

fn domain(random: &mut Random) -> String {
    let domain = random.of(&ASKED[..6]);
    match random.below(4) {
        0 => domain.to_ascii_uppercase(),
        1 => domain.to_owned(),
        _ => domain.to_ascii_lowercase(),
    }
}

/// A list with all that people write into one.
fn list(random: &mut Random, is_manual: bool) -> String {
    let mut text = random.of(&["", "", "", "", "\u{feff}"]).to_owned();
    for _ in 0..random.below(7) {
        let domain = domain(random);
        let line = match random.below(24) {
            0 => "# a comment".to_owned(),
            1 => format!("#{domain}"),
            2 => String::new(),
            3 => random.of(&[" ", "\t"]).to_owned(),
            4 => format!(" {domain}"),
            5 => format!("\t{domain}"),
            6 => format!("*.{domain}"),
            7 => format!(".{domain}"),
            8 => format!("\u{feff}{domain}"),
            9 => format!("x@{domain}"),
            10 | 11 => format!("\"{domain}\""),
            _ => domain,
        };
        text.push_str(&line);
        if is_manual {
            text.push_str(random.of(&[": ", ":", " ", " : ", "\t"]));
            text.push_str(random.of(&VALUES));
        } else {
            text.push_str(random.of(&["", "", "", "", "", ":", ": text", " text", "\t# text"]));
        }
        text.push_str(random.of(&["\n", "\n", "\n", "\n", " \n", "\r\n"]));
    }
    if random.chance(6) {
        text.truncate(text.trim_end().len());
    }
    text
}

/// Answers of one Exim to `questions`, which it expands.
pub fn exim(home: &Path, questions: &str) -> Vec<String> {
    let root = unpack("exim4-daemon-light").join("root");
    let user = "Debian-exim:x:42002:42002::/nonexistent:/bin/false\n";
    let users = std::fs::read_to_string("/etc/passwd").unwrap() + user;
    let groups = std::fs::read_to_string("/etc/group").unwrap() + "Debian-exim:x:42002:\n";
    std::fs::write(home.join("passwd"), users).unwrap();
    std::fs::write(home.join("group"), groups).unwrap();
    let shown = home.display();
    let settings = format!(
        "primary_hostname = own.invalid\nspool_directory = {shown}/spool\nlog_file_path = {shown}/log-%s\nkeep_environment =\n"
    );
    std::fs::write(home.join("exim.conf"), settings).unwrap();
    let script = format!(
        "mount --bind {shown}/passwd /etc/passwd
        mount --bind {shown}/group /etc/group
        export LD_LIBRARY_PATH=$(echo {root}/usr/lib/*-linux-gnu)
        exec {root}/usr/sbin/exim4 -C {shown}/exim.conf -be",
        root = root.display()
    );
    let mut child = Command::new("unshare")
        .args(["--mount", "sh", "-euc", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("unshare cannot be run");
    let mut stdin = child.stdin.take().unwrap();
    let questions = questions.to_owned();
    let feeder = std::thread::spawn(move || stdin.write_all(questions.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.lines().map(|line| line.trim_start_matches("> "));
    answers.map(str::to_owned).collect()
}

/// What Exim does with mail for a domain: what its lists say in the order in which its routers ask them.
fn heard(answer: &str) -> String {
    let mut parts = answer.splitn(3, ' ');
    let (local, secondary, manual) = (parts.next(), parts.next(), parts.next().unwrap_or(""));
    if local == Some("yes") {
        return "local".to_owned();
    }
    if let Some(value) = manual
        .strip_prefix('<')
        .and_then(|value| value.strip_suffix('>'))
    {
        return hosts(value.trim());
    }
    match secondary {
        Some("yes") => "backup".to_owned(),
        _ => "other".to_owned(),
    }
}

/// The hosts of a value: a list with colons, in which two stand for one (Exim specification, 6.21 and 20.5).
fn hosts(value: &str) -> String {
    let value = value.to_ascii_lowercase().replace("::", "\0");
    let hosts = value.split(':').map(|host| {
        let host = host.trim().replace('\0', ":");
        match (host.strip_suffix("/mx"), host.contains(':')) {
            (Some(name), _) => format!("mx of {name}"),
            (None, true) => host,
            (None, false) => format!("{host}:25"),
        }
    });
    hosts.collect::<Vec<_>>().join(" ")
}

/// The same of what we say.
fn said(decision: &Decision) -> String {
    match decision {
        Decision::Local => "local".to_owned(),
        Decision::Backup => "backup".to_owned(),
        Decision::Relay(relay) => {
            let hops = relay.hops.iter().map(|hop| {
                let name = String::from_utf8_lossy(hop.target.name()).to_ascii_lowercase();
                match hop.target {
                    Target::OwnMx(_) => "other".to_owned(),
                    Target::MxOf(_) => format!("mx of {name}"),
                    Target::Address(_) => format!("{name}:{}", hop.port.wire()),
                }
            });
            hops.collect::<Vec<_>>().join(" ")
        }
        Decision::NoRoute => "other".to_owned(),
        Decision::Failure(_) => "refused".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Whether a line in one of the lists, which Exim reads otherwise than it was meant, is about `domain` or domains around it.
fn is_flawed(directory: &Path, domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let is_about = |line: &str| {
        let line = line.to_ascii_lowercase();
        let key = line.trim_start_matches(['\u{feff}', ' ', '\t', '*', '.']);
        let key = key.strip_prefix("x@").unwrap_or(key);
        let key = key.split([':', ' ', '\t', '\r']).next().unwrap_or("");
        !line.starts_with(key) && (domain == key || domain.ends_with(&format!(".{key}")))
    };
    FILES.iter().any(|name| {
        let text = std::fs::read_to_string(directory.join(name)).unwrap();
        // A line of manualmx that is continued has another value.
        let lines: Vec<&str> = text.lines().collect();
        let continued = lines.windows(2).any(|pair| {
            pair[1].starts_with([' ', '\t'])
                && pair[0]
                    .to_ascii_lowercase()
                    .trim_start_matches('"')
                    .starts_with(&domain)
        });
        continued || lines.iter().any(|line| is_about(line))
    })
}

#[test]
fn lists_of_cpanel_are_read_as_exim_reads_them() {
    let servers = std::env::var("QROUTE_EXIM").map_or(SERVERS, |text| text.parse().unwrap());
    let home: PathBuf = std::env::temp_dir().join(format!("qroute-exim-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&home);
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut questions = String::new();
    let mut ours = Vec::new();
    for server in 0..servers {
        let directory = home.join(server.to_string());
        std::fs::create_dir_all(&directory).unwrap();
        let mut input = Input::default();
        for name in FILES {
            let text = match random.below(5) {
                0 => String::new(),
                _ => list(&mut random, name == "manualmx"),
            };
            std::fs::write(directory.join(name), &text).unwrap();
            input
                .push(name, name, State::Bytes(text.into_bytes()))
                .unwrap();
        }
        let document = (FORMAT.read)(input, &ReadOptions::default()).unwrap();
        let store = MemoryStore::new(document);
        let file = |name: &str| directory.join(name).display().to_string();
        for domain in ASKED {
            let address = format!("x@{domain}");
            let envelope = Envelope::new(Recipient::Address(address.as_bytes()), Sender::Null);
            let found = select(&store, &envelope, false).unwrap();
            ours.push((server, domain, said(&found.decision)));
            let listed = |name: &str| {
                format!(
                    "${{if match_domain{{{domain}}}{{lsearch;{}}}{{yes}}{{no}}}}",
                    file(name)
                )
            };
            questions += &format!(
                "{} {} ${{lookup{{{domain}}}lsearch{{{}}}{{<$value>}}{{none}}}}\n",
                listed("localdomains"),
                listed("secondarymx"),
                file("manualmx")
            );
        }
    }
    let answers = exim(&home, &questions);
    assert!(answers.len() >= ours.len(), "{} answers", answers.len());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((server, domain, said), answer) in ours.iter().zip(&answers) {
        let heard = heard(answer);
        let kind = said.split([':', ' ']).next().unwrap_or("").to_owned();
        *counts.entry(kind).or_default() += 1;
        // A line that is not what was meant leaves its mail undecided; what is certain is not refused.
        let directory = home.join(server.to_string());
        let refused = || heard != "local" && is_flawed(&directory, domain);
        let agrees = *said == heard || said == "refused" && refused();
        if !agrees {
            let show = |name: &&str| {
                let text = std::fs::read_to_string(home.join(server.to_string()).join(name));
                format!("{name}: {:?}", text.unwrap())
            };
            let files: Vec<String> = FILES.iter().map(show).collect();
            wrong.push(format!(
                "{domain}: {said}, and Exim {heard} ({answer})\n{}",
                files.join("\n")
            ));
        }
    }
    println!("{} answers: {counts:?}", ours.len());
    let count = wrong.len();
    wrong.truncate(5);
    assert!(
        count == 0,
        "{count} of {} differ:\n{}",
        ours.len(),
        wrong.join("\n\n")
    );
    for kind in [
        "local",
        "backup",
        "other",
        "h.example",
        "192.0.2.1",
        "mx",
        "refused",
    ] {
        let seen = counts.get(kind).copied().unwrap_or(0);
        assert!(seen >= LEAST || servers < SERVERS, "{kind}: {seen}");
    }
    let _ = std::fs::remove_dir_all(&home);
}
