//! Small random tables in every format, and mail that tells them apart.

use proptest::prelude::*;
use qroute::formats::smtproutes::{DIALECTS, Dialect};
use qroute::formats::{FORMATS, Format, ReadOptions, WriteOptions};
use qroute::lookup::{Envelope, Recipient, Sender};
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

/// A format, and a dialect where it has some.
#[derive(Clone, Copy)]
pub struct Side {
    pub format: &'static Format,
    pub dialect: &'static Dialect,
}

impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

impl Side {
    pub fn name(&self) -> String {
        match self.format.has_dialects() {
            true => self.dialect.name.to_owned(),
            false => self.format.id.0.to_owned(),
        }
    }

    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            dialect: self.dialect,
            ..ReadOptions::default()
        }
    }

    pub fn write_options(&self) -> WriteOptions {
        WriteOptions {
            dialect: self.dialect,
            ..WriteOptions::default()
        }
    }

    pub fn read(&self, files: &[(String, Vec<u8>)]) -> MemoryStore {
        let mut input = Input::default();
        for (name, bytes) in files {
            let name = match self.format.has_dialects() {
                true => self.dialect.file,
                false => name,
            };
            input.push(name, name, State::Bytes(bytes.clone())).unwrap();
        }
        let mut options = self.read_options();
        if self.format.id.0 == "mspcontrol" {
            let text = String::from_utf8_lossy(&files[0].1).into_owned();
            let domains = ["a.example", ".a.example", "c.test", "*", "b.a.example"];
            for (n, domain) in domains.iter().enumerate() {
                let name = format!("r{n}");
                if text.contains(&format!("\"{name}\"")) {
                    options.bind.push((name, vec![(*domain).to_owned()]));
                }
            }
        }
        let document = (self.format.read)(input, &options).unwrap();
        MemoryStore::new(document).with_patterns(Box::new(qroute::cli::JavaPatterns::default()))
    }
}

/// All formats, each dialect of smtproutes by itself.
pub fn sides() -> Vec<Side> {
    let mut all = Vec::new();
    for format in FORMATS {
        let dialects = match format.has_dialects() {
            true => &DIALECTS[..],
            false => &DIALECTS[..1],
        };
        all.extend(dialects.iter().map(|dialect| Side { format, dialect }));
    }
    all
}

const DOMAINS: &[&str] = &["a.example", "b.a.example", "c.test", "example"];
const HOSTS: &[&str] = &["h1.example", "h2.example", "192.0.2.7"];

/// What a line says, whatever the format.
#[derive(Clone, Debug)]
pub struct Line {
    pub whose: u8,
    pub domain: usize,
    pub other: usize,
    pub hosts: Vec<usize>,
    pub port: u8,
    pub way: u8,
    pub sender: u8,
    pub subject: u8,
    pub preferences: Vec<u16>,
}

pub fn line() -> impl Strategy<Value = Line> {
    let line = (
        (0u8..8, 0..DOMAINS.len(), 0..DOMAINS.len()),
        proptest::collection::vec(0..HOSTS.len(), 1..4),
        (0u8..5, 0u8..6, 0u8..4, 0u8..5),
        proptest::collection::vec(1u16..3, 3),
    );
    line.prop_map(
        |((whose, domain, other), hosts, (port, way, sender, subject), preferences)| Line {
            whose,
            domain,
            other,
            hosts,
            port,
            way,
            sender,
            subject,
            preferences,
        },
    )
}

pub fn lines() -> impl Strategy<Value = Vec<Line>> {
    proptest::collection::vec(line(), 0..6)
}

/// The files of a table in the format of `side`.
pub fn files(side: &Side, lines: &[Line]) -> Vec<(String, Vec<u8>)> {
    let one = |name: &str, text: String| vec![(name.to_owned(), text.into_bytes())];
    match side.format.id.0 {
        "smtproutes" => one(side.dialect.file, smtproutes(side.dialect, lines)),
        "xeams" => one("CustomSmtpRouting.xml", xeams(lines)),
        "imsva" => one("MessageDeliverySettings.xml", imsva(lines)),
        "imss" => one("IMSS_DBD.xml", imss(lines)),
        "cpanel" => cpanel(lines),
        "mspcontrol" => one("mspcontrol-email-routes.json", mspcontrol(lines)),
        "postfix-transport" => one("transport", postfix(lines)),
        other => panic!("no random tables of {other}"),
    }
}

fn smtproutes(dialect: &Dialect, lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let domain = DOMAINS[line.domain];
        let key = match line.whose {
            0..=2 => domain.to_owned(),
            3 | 4 => format!(".{domain}"),
            5 => String::new(),
            6 => domain.to_uppercase(),
            _ => format!("b.{domain}"),
        };
        let host = HOSTS[line.hosts[0]];
        let courier = dialect.name == "courier";
        let host = match line.way {
            0 if dialect.name != "skarnet" => String::new(),
            _ if courier && host.starts_with('1') => format!("[{host}]"),
            _ => host.to_owned(),
        };
        let separator = dialect.value.port_separator as char;
        let port = match line.port {
            0 => format!("{separator}2525"),
            _ => String::new(),
        };
        let credentials = match (dialect.name, line.way) {
            ("sagredo" | "s-qmail" | "aqmail", 5) => "|me|secret",
            ("eqmail" | "qmail-ldap" | "indimail-auth", 5) => " me secret",
            ("courier", 5) => "/SECURITY=STARTTLS",
            _ => "",
        };
        let port = if host.is_empty() { String::new() } else { port };
        let credentials = if host.is_empty() { "" } else { credentials };
        text.push_str(&format!("{key}:{host}{port}{credentials}\n"));
    }
    text
}

fn xeams(lines: &[Line]) -> String {
    let mut text = "<CustomRouting>\n<Routes>\n".to_owned();
    for line in lines {
        let (domain, other) = (DOMAINS[line.domain], DOMAINS[line.other]);
        let recipient = match line.whose {
            0..=2 => "ANY".to_owned(),
            3 | 4 => format!("@{domain}"),
            5 => format!("u@{domain}"),
            _ => format!("v@{domain}"),
        };
        let except = match (recipient.as_str(), line.way) {
            ("ANY", 0) => format!("@{other}"),
            ("ANY", 1) => format!("u@{other}"),
            ("ANY", 2) => format!("@{domain}|v@{other}"),
            _ => String::new(),
        };
        let sender = ["ANY", "ANY", "@s.example", "u@s.example"][line.sender as usize];
        text.push_str(&format!(
            "<Route><sender>{sender}</sender><recipient>{recipient}</recipient>"
        ));
        if !except.is_empty() {
            text.push_str(&format!(
                "<recipientExceptions>{except}</recipientExceptions>"
            ));
        }
        let operand = ["", "", "", "sw", "cn"][line.subject as usize];
        if !operand.is_empty() {
            text.push_str(&format!("<subject operand=\"{operand}\">Invoice</subject>"));
        }
        let hosts: Vec<&str> = line.hosts.iter().map(|&n| HOSTS[n]).collect();
        text.push_str(&format!("<ip>{}</ip></Route>\n", hosts.join("|")));
    }
    text.push_str("</Routes>\n</CustomRouting>\n");
    text
}

/// Recipients without repetition: two for one are an error there.
fn distinct(lines: &[Line], key: impl Fn(&Line) -> String) -> Vec<(String, &Line)> {
    let mut seen = std::collections::HashSet::new();
    let keyed = lines.iter().map(|line| (key(line), line));
    keyed.filter(|(key, _)| seen.insert(key.clone())).collect()
}

fn imsva(lines: &[Line]) -> String {
    let mut text = "<MessageDeliverySettings schema=\"neutral-1\">\n".to_owned();
    let key = |line: &Line| {
        let domain = DOMAINS[line.domain];
        match line.whose {
            0..=2 => domain.to_owned(),
            3 | 4 => format!("*.{domain}"),
            5 => "*".to_owned(),
            6 => format!("u@{domain}"),
            _ => format!("v@{domain}"),
        }
    };
    for (key, line) in distinct(lines, key) {
        let port = if line.port == 0 { 2525 } else { 25 };
        match line.way {
            0 => text.push_str(&format!(
                "<Entry recipient=\"{key}\" method=\"mx\"><Mx name=\"{}\" port=\"{port}\"/></Entry>\n",
                DOMAINS[line.other]
            )),
            _ => {
                text.push_str(&format!("<Entry recipient=\"{key}\" method=\"static\">"));
                for (n, host) in line.hosts.iter().enumerate() {
                    let enabled = !(line.way == 5 && n == 1);
                    text.push_str(&format!(
                        "<Server address=\"{}\" port=\"{port}\" preference=\"{}\" enabled=\"{enabled}\"/>",
                        HOSTS[*host], line.preferences[n]
                    ));
                }
                text.push_str("</Entry>\n");
            }
        }
    }
    text.push_str("</MessageDeliverySettings>\n");
    text
}

fn imss(lines: &[Line]) -> String {
    let mut text = "<IMSS_DBD>\n<key section=\"MetaInfo\"><value name=\"version\">7.5</value><value name=\"build\">1304</value><value name=\"platform\">Win32</value></key>\n".to_owned();
    let key = |line: &Line| {
        let domain = DOMAINS[line.domain];
        match line.whose {
            0..=3 => domain.to_owned(),
            4..=6 => format!("*.{domain}"),
            _ => String::new(),
        }
    };
    for (key, line) in distinct(lines, key) {
        let name = match key.is_empty() {
            true => "section=\"DefaultRelay\"".to_owned(),
            false => format!("domain=\"{key}\""),
        };
        text.push_str(&format!("<key {name}>"));
        match line.way {
            0 => text.push_str(
                "<value name=\"UseMethod\">0</value><value name=\"DNSServerCount\">0</value>",
            ),
            _ => {
                text.push_str(&format!(
                    "<value name=\"UseMethod\">1</value><value name=\"SmartHostCount\">{}</value>",
                    line.hosts.len()
                ));
                for (n, host) in line.hosts.iter().enumerate() {
                    text.push_str(&format!(
                        "<value name=\"SmartHost{n}\">{}:25</value>",
                        HOSTS[*host]
                    ));
                }
            }
        }
        text.push_str("</key>\n");
    }
    text.push_str("</IMSS_DBD>\n");
    text
}

fn cpanel(lines: &[Line]) -> Vec<(String, Vec<u8>)> {
    let mut lists = ["localdomains", "remotedomains", "secondarymx", "manualmx"]
        .map(|name| (name.to_owned(), Vec::new()));
    for (domain, line) in distinct(lines, |line| DOMAINS[line.domain].to_owned()) {
        let mut add = |which: usize, text: String| {
            let list: &mut (String, Vec<u8>) = &mut lists[which];
            list.1.extend_from_slice(text.as_bytes());
        };
        match line.way {
            0 => add(0, format!("{domain}\n")),
            1 => add(1, format!("{domain}\n")),
            2 => add(2, format!("{domain}\n")),
            _ => {
                add(1, format!("{domain}\n"));
                add(3, format!("{domain}: {}\n", HOSTS[line.hosts[0]]));
            }
        }
    }
    lists.into()
}

fn mspcontrol(lines: &[Line]) -> String {
    let mut routes = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let destinations: Vec<serde_json::Value> = line
            .hosts
            .iter()
            .map(|&host| serde_json::json!({"host": HOSTS[host], "port": 25}))
            .collect();
        routes.push(serde_json::json!({
            "type": if line.sender == 0 { "Customer Route" } else { "System Route" },
            "name": format!("r{n}"),
            "routeType": if line.subject == 0 { "Inbound" } else { "Outbound" },
            "destinations": destinations,
        }));
    }
    serde_json::json!({"format": "mspcontrol-email-routes", "version": 1, "routes": routes})
        .to_string()
}

fn postfix(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let domain = DOMAINS[line.domain];
        let key = match line.whose {
            0..=2 => domain.to_owned(),
            3 | 4 => format!(".{domain}"),
            5 => "*".to_owned(),
            6 => format!("u@{domain}"),
            _ => format!("v@{domain}"),
        };
        let port = if line.port == 0 { ":2525" } else { "" };
        let host = HOSTS[line.hosts[0]];
        let value = match line.way {
            0 => ":".to_owned(),
            1 => "smtp:".to_owned(),
            2 => format!("smtp:{}", DOMAINS[line.other]),
            3 => "error:5.1.2 no such domain".to_owned(),
            _ => format!("smtp:[{host}]{port}"),
        };
        text.push_str(&format!("{key} {value}\n"));
    }
    text
}

/// Mail for which small tables differ.
pub fn mail() -> Vec<(Vec<u8>, Option<&'static str>, &'static str)> {
    let mut all = Vec::new();
    let hosts = DOMAINS.iter().flat_map(|domain| {
        [
            (*domain).to_owned(),
            format!("x.{domain}"),
            format!("b.{domain}"),
            format!("x.b.{domain}"),
        ]
    });
    for host in hosts.chain(["other".to_owned()]) {
        for local in ["u", "v", "w"] {
            for sender in [
                None,
                Some("u@s.example"),
                Some("v@s.example"),
                Some("z@x.example"),
            ] {
                for subject in ["Invoice 1", "an Invoice", "other"] {
                    all.push((format!("{local}@{host}").into_bytes(), sender, subject));
                }
            }
        }
    }
    all
}

pub fn envelope<'m>(
    mail: &'m (Vec<u8>, Option<&'static str>, &'static str),
    inbound: bool,
) -> Envelope<'m> {
    let (recipient, sender, subject) = mail;
    Envelope {
        recipient: Recipient::Address(recipient),
        sender: sender.map_or(Sender::Null, |text| Sender::Address(text.as_bytes())),
        subject: Some(subject.as_bytes()),
        direction: Some(match inbound {
            true => qroute::model::Direction::Inbound,
            false => qroute::model::Direction::Outbound,
        }),
    }
}
