//! Passwords in tables of all formats: wherever one stands, read or not, no program shows it.

use std::path::PathBuf;
use std::process::Command;

use super::support::{Dir, Ran, contains, converter, formatter, linter, offline, run};

/// The password. Damage may cut it: four characters of it in a row are too many.
const MARK: &str = "q7Zk9wVx";

/// Fields that hold a password, as an attribute, an element, a pair of name and value; in a comment, in text between
/// elements, in a host.
const FIELDS: [&str; 12] = [
    "password",
    "Passwd",
    "smtpPwd",
    "clientSecret",
    "authToken",
    "Credentials",
    "APIKey",
    "api_key",
    "SMTPAuth",
    "PASSPHRASE",
    "relay-password",
    "token",
];

/// What may stand where text stands, and holds a password by its shape.
const SHAPES: [&str; 4] = [
    "mx.example:25:1:svc:q7Zk9wVx",
    "smtp://svc:q7Zk9wVx@mx.example",
    "password: q7Zk9wVx",
    "svc:q7Zk9wVx@mx.example:25",
];

/// A table of XML: what stands before the records, in their container, in a record, and behind it.
struct Markup {
    format: &'static str,
    /// Its shape is none that is documented.
    guessed: bool,
    root: &'static str,
    open: &'static str,
    record: &'static str,
    inside: &'static str,
    host: &'static str,
    end: &'static str,
    close: &'static str,
}

const MARKUP: [Markup; 4] = [
    Markup {
        format: "xeams",
        guessed: false,
        root: "<CustomRouting",
        open: "><Routes",
        record: "><Route",
        inside: "><sender>ANY</sender><recipient>@a.example</recipient><ip>HOST</ip>",
        host: "192.0.2.1",
        end: "</Route>",
        close: "</Routes></CustomRouting>\n",
    },
    Markup {
        format: "imsva",
        guessed: false,
        root: "<MessageDeliverySettings schema=\"neutral-1\"",
        open: "",
        record: "><Entry recipient=\"a.example\" method=\"static\"",
        inside: "><Server address=\"HOST\" preference=\"10\"/>",
        host: "192.0.2.1",
        end: "</Entry>",
        close: "</MessageDeliverySettings>\n",
    },
    Markup {
        format: "imsva",
        guessed: true,
        root: "<Export",
        open: "",
        record: "><Row Domain=\"a.example\" Kind=\"Static\"",
        inside: "><Host>HOST</Host>",
        host: "192.0.2.1",
        end: "</Row>",
        close: "</Export>\n",
    },
    Markup {
        format: "imss",
        guessed: false,
        root: "<IMSS_DBD",
        open: "",
        record: "><key domain=\"a.example\"",
        inside: "><value name=\"UseMethod\">1</value><value name=\"SmartHostCount\">1</value><value name=\"SmartHost0\">HOST</value>",
        host: "192.0.2.1:25",
        end: "</key>",
        close: "</IMSS_DBD>\n",
    },
];

impl Markup {
    /// The table with something at six places: attributes of the root, of the container and of the record, elements before
    /// the record, in it and behind it; and another host.
    fn with(&self, attributes: [&str; 3], elements: [&str; 3], host: &str) -> String {
        let [of_root, of_container, of_record] = attributes;
        let [before, inside, behind] = elements;
        let Markup {
            root,
            open,
            record,
            end,
            close,
            ..
        } = self;
        let record = match before {
            "" => (*record).to_owned(),
            _ => format!(">{before}{}", record.trim_start_matches('>')),
        };
        let inner = self.inside.replace("HOST", host);
        format!(
            "{root}{of_root}{open}{of_container}{record}{of_record}{inner}{inside}{end}{behind}{close}"
        )
    }

    fn tables(&self) -> Vec<String> {
        let mut tables = Vec::new();
        for (number, field) in FIELDS.into_iter().enumerate() {
            let attribute = format!(" {field}=\"{MARK}\"");
            let escaped = format!(" {field}='&#113;{}'", &MARK[1..]);
            let elements = [
                format!("<{field}>{MARK}</{field}>"),
                format!("<{field}><![CDATA[{MARK}]]></{field}>"),
                format!("<{field}>x&amp;{MARK}</{field}>"),
                format!("<{field}><v>{MARK}</v></{field}>"),
                format!("<x {field}='{MARK}'/>"),
                format!("<x><y {field}='a`{MARK}'>t</y></x>"),
                format!("<value name=\"{field}\">{MARK}</value>"),
                format!("<value name=\"{field}\" value=\"{MARK}\"/>"),
                format!("<!-- <{field}>{MARK}</{field}> -->"),
            ];
            // Every field somewhere, some of them everywhere.
            for at in (0..3).filter(|at| number < 2 || number % 3 == *at) {
                for written in [&attribute, &escaped] {
                    let mut attributes = [""; 3];
                    attributes[at] = written;
                    tables.push(self.with(attributes, [""; 3], self.host));
                }
                let some = elements.iter().enumerate();
                for (_, element) in some.filter(|(which, _)| number < 2 || which % 4 == number % 4)
                {
                    let mut all = [""; 3];
                    all[at] = element;
                    tables.push(self.with([""; 3], all, self.host));
                }
            }
        }
        for shape in SHAPES {
            for at in 0..3 {
                for written in [
                    shape.to_owned(),
                    format!("<!-- {shape} -->"),
                    format!("<x>{shape}</x>"),
                ] {
                    let mut all = [""; 3];
                    all[at] = &written;
                    tables.push(self.with([""; 3], all, self.host));
                }
                let attribute = format!(" x=\"{shape}\"");
                let mut attributes = [""; 3];
                attributes[at] = &attribute;
                tables.push(self.with(attributes, [""; 3], self.host));
            }
            tables.push(self.with([""; 3], [""; 3], shape));
        }
        tables
    }

    /// Tables that end early, or in which the password is what is wrong.
    fn damaged(&self) -> Vec<String> {
        let mut tables = Vec::new();
        let around = |password: &str| {
            [
                self.with(
                    ["", "", &format!(" password=\"{password}\"")],
                    [""; 3],
                    self.host,
                ),
                self.with(
                    [""; 3],
                    ["", &format!("<password>{password}</password>"), ""],
                    self.host,
                ),
                self.with([""; 3], [""; 3], &format!("mx.example:25:1:svc:{password}")),
            ]
        };
        for password in [
            "q7Zk9wVx&q7Zk9wVx",
            "q7Zk9wVx&q7Zk9wVx;",
            "&q7Zk`9wVx`q7Zk9wVx;",
            "&#q7Zk`9wVx;",
            "<q7Zk9wVx",
            "q7Zk9wVx<q7Zk9wVx>",
            "q7<q7Zk9wVx>q7Zk9wVx\n\n</x>",
            "q7Zk9wVx\u{1}",
            "<q7Zk`9wVx `q7Zk9wVx=q7Zk9wVx>",
            "<a q7Zk9wVx='q7Zk9wVx' q7Zk9wVx=''/>",
            "</q7Zk9wVx>",
            "<!q7Zk9wVx",
            "]]>q7Zk9wVx",
            "\" q7Zk9wVx",
            "\" q7Zk9wVx=\"q7Zk9wVx\" q7Zk9wVx=\"",
        ] {
            tables.extend(around(password));
        }
        for whole in around(MARK) {
            let mark = whole.find(MARK).unwrap();
            for end in [mark + 4, mark + MARK.len(), mark + MARK.len() + 3] {
                tables.push(whole[..end].to_owned());
            }
        }
        tables
    }
}

fn json_tables(with: impl Fn(&str, &str) -> String) -> Vec<String> {
    let mut tables = Vec::new();
    for (number, field) in FIELDS.into_iter().enumerate() {
        let values = [
            format!("\"{MARK}\""),
            format!("\"\\u0071{}\"", &MARK[1..]),
            format!("[{{\"x\": \"{MARK}\"}}]"),
            format!("{{\"a`\": \"a`{MARK}\"}}"),
            format!("\"{MARK}"),
            format!("\"{MARK}\u{1}\""),
            MARK.to_owned(),
            format!("\"\\{MARK}\""),
            format!("\"x\" {MARK}"),
        ];
        let some = values.iter().enumerate();
        for (_, value) in some.filter(|(which, _)| number < 1 || which % 6 == number % 6) {
            tables.push(with(&format!("\"{field}\": {value}"), "192.0.2.1"));
        }
    }
    for shape in SHAPES {
        tables.push(with(&format!("\"note\": \"{shape}\""), "192.0.2.1"));
        tables.push(with("\"note\": 1", shape));
    }
    tables
}

fn routes(field: &str, host: &str) -> Vec<String> {
    let destination = |more: &str| format!("{{\"host\": \"{host}\", \"port\": 25{more}}}");
    let route = |more: &str, destination: &str| {
        format!(
            "{{\"type\": \"System Route\", \"name\": \"a\", \"routeType\": \"Outbound\", \"destinations\": [{destination}]{more}}}"
        )
    };
    let more = format!(", {field}");
    vec![
        format!(
            "{{\"format\": \"mspcontrol-email-routes\", \"version\": 1, \"routes\": [{}]}}\n",
            route(&more, &destination(""))
        ),
        format!(
            "{{\"format\": \"mspcontrol-email-routes\", \"version\": 1, \"routes\": [{}]}}\n",
            route("", &destination(&more))
        ),
        format!(
            "{{\"format\": \"mspcontrol-email-routes\", \"version\": 1, \"routes\": [{}]{more}}}\n",
            route("", &destination(""))
        ),
        format!("[{}]\n", route(&more, &destination(""))),
    ]
}

fn csv_tables() -> Vec<String> {
    let mut tables = Vec::new();
    for field in FIELDS {
        for row in [
            format!("System Route,a,Outbound,192.0.2.1,25,{MARK}"),
            format!("System Route,a,Outbound,192.0.2.1,25,\"{MARK}\"\"{MARK}\""),
            format!("System Route,a,Outbound,192.0.2.1,{MARK}"),
            format!("System Route,a,Outbound,192.0.2.1,25,x,{MARK}"),
            format!("System Route,a,Outbound,192.0.2.1,25,\"{MARK}"),
            format!("System Route,a,Outbound,192.0.2.1,25,{MARK}\"x"),
        ] {
            let head = format!("Type,Name,RouteType,Host,Port,{field}\n");
            tables.push(format!("{head}{row}\n"));
            tables.push(format!(
                "{head}{row}\nSystem Route,b,Outbound,192.0.2.2,25,y\n"
            ));
        }
    }
    for shape in SHAPES {
        tables.push(format!(
            "Type,Name,RouteType,Host,Port,note\nSystem Route,a,Outbound,192.0.2.1,25,{shape}\n"
        ));
        tables.push(format!(
            "Type,Name,RouteType,Host,Port\nSystem Route,a,Outbound,{shape},25\n"
        ));
    }
    tables
}

fn list_mxs(field: &str, host: &str) -> Vec<String> {
    let entry = |more: &str| {
        format!("{{\"domain\": \"a.example\", \"mx\": \"{host}\", \"priority\": \"0\"{more}}}")
    };
    let domain = |more: &str, entry: &str| {
        format!(
            "{{\"domain\": \"a.example\", \"alwaysaccept\": 0, \"detected\": \"remote\", \"local\": 0, \"mxcheck\": \"remote\", \
             \"remote\": 1, \"secondary\": 0, \"entries\": [{entry}]{more}}}"
        )
    };
    let whole = |more: &str, domain: &str| {
        format!("{{\"result\": {{\"status\": 1, \"errors\": null, \"data\": [{domain}]{more}}}}}\n")
    };
    let more = format!(", {field}");
    vec![
        whole(&more, &domain("", &entry(""))),
        whole("", &domain(&more, &entry(""))),
        whole("", &domain("", &entry(&more))),
    ]
}

/// Everything that the programs say of tables, together and one by one.
fn said(format: &str, more: &[&str], files: &[PathBuf]) -> Vec<(&'static str, Ran)> {
    let read = ["--from", format];
    let reading = |mut command: Command| {
        command.args(read).args(more);
        command
    };
    let mut all = Vec::new();
    for form in ["text", "json", "sarif"] {
        let mut lint = reading(linter());
        lint.args(["--output-format", form]).args(files);
        all.push(("lint", run(&mut lint)));
    }
    let mut form = reading(formatter());
    all.push(("fmt", run(form.arg("--diff").args(files))));
    // What they say of a file is what lint says; of a route they show what it is.
    for (at, file) in files.iter().enumerate().step_by(5) {
        let mut resolve = reading(offline());
        resolve.arg("--routes").arg(file);
        let form = ["text", "json"][at % 2];
        resolve.args(["--explain", "-v", "--valid-only", "--output-format", form]);
        resolve.args(["--sender", "s@s.example", "--subject", "x", "u@a.example"]);
        all.push(("resolve", run(&mut resolve)));
        let mut convert = reading(converter());
        convert.args(["--to", "smtproutes"]).arg(file);
        all.push(("convert", run(&mut convert)));
    }
    all
}

#[track_caller]
fn hides(format: &str, more: &[&str], tables: &[String]) {
    let dir = Dir::new();
    let named = |(at, table): (usize, &String)| dir.file(format!("{at}.table"), table);
    let files: Vec<PathBuf> = tables.iter().enumerate().map(named).collect();
    let mut shown = Vec::new();
    for (program, ran) in said(format, more, &files) {
        assert!([0, 1, 2, 100, 111].contains(&ran.code()), "{ran:?}");
        // Whoever refuses the question hides everything.
        assert!(
            program != "lint" || contains(&ran.out, b"0.table"),
            "{ran:?}"
        );
        let all = [&ran.out[..], &ran.err].concat();
        let all = String::from_utf8_lossy(&all);
        let is_shown = |line: &&str| {
            let mut parts = MARK.as_bytes().windows(4);
            parts.any(|part| contains(line.as_bytes(), part))
        };
        let lines = all.lines().filter(is_shown);
        shown.extend(lines.map(|line| format!("{program}: {line}")));
    }
    let count = shown.len();
    shown.truncate(40);
    assert!(count == 0, "{count} lines:\n{}", shown.join("\n"));
}

fn markup(at: usize) {
    let markup = &MARKUP[at];
    let more: &[&str] = if markup.guessed {
        &["--infer-roles"]
    } else {
        &[]
    };
    hides(
        markup.format,
        more,
        &[markup.tables(), markup.damaged()].concat(),
    );
}

#[test]
fn xeams() {
    markup(0);
}

#[test]
fn imsva() {
    markup(1);
}

#[test]
fn imsva_by_roles() {
    markup(2);
}

#[test]
fn imss() {
    markup(3);
}

#[test]
fn mspcontrol_json() {
    for at in 0..4 {
        let tables = json_tables(|field, host| routes(field, host).swap_remove(at));
        hides("mspcontrol", &[], &tables);
    }
}

#[test]
fn mspcontrol_csv() {
    hides("mspcontrol", &[], &csv_tables());
}

#[test]
fn cpanel_json() {
    for at in 0..3 {
        let tables = json_tables(|field, host| list_mxs(field, host).swap_remove(at));
        hides("cpanel", &[], &tables);
    }
}
