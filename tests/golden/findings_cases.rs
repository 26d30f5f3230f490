//! Inputs and findings to render: one of awkward lines, and random ones. Also used by `tests/peers/sarif.rs`.

use proptest::prelude::*;
use qroute::diagnostic::{Edit, Finding, Fix, Label, RuleInfo, Severity};
use qroute::report::{FindingsForm, FindingsOptions, FindingsWriter};
use qroute::source::{Input, Span, State};

/// What must never be shown: it stands right of a separator, right of a colon.
pub const SECRET: &str = "hUnTeR2";

/// All forms, and the name of their golden file.
pub const FORMS: [(FindingsForm, &str); 7] = [
    (FindingsForm::Text, "text"),
    (FindingsForm::Concise, "concise"),
    (FindingsForm::Json, "json"),
    (FindingsForm::Jsonl, "jsonl"),
    (FindingsForm::Sarif, "sarif"),
    (FindingsForm::Github, "github"),
    (FindingsForm::Gitlab, "gitlab"),
];

const fn rule(name: &'static str, severity: Severity, summary: &'static str) -> RuleInfo {
    RuleInfo {
        name,
        summary,
        severity,
        on: true,
        formats: &[],
        explanation: "What is to be known.\n\nIn two paragraphs.",
    }
}

pub const RULES: [RuleInfo; 3] = [
    rule("odd-byte", Severity::Error, "bytes that nobody types"),
    rule("same-key", Severity::Warning, "a key that stands twice"),
    RuleInfo {
        on: false,
        formats: &[],
        ..rule("file-state", Severity::Info, "a file that cannot be read")
    },
];

pub fn options(form: FindingsForm, color: bool) -> FindingsOptions {
    FindingsOptions {
        form,
        color,
        rules: RULES.to_vec(),
        root: Some("/srv/mail".to_owned()),
        directory: None,
        verbose: false,
    }
}

/// The whole report.
pub fn report(options: FindingsOptions, input: &Input, findings: &[Finding]) -> String {
    let mut writer = FindingsWriter::new(options);
    let mut out = writer.begin();
    // In two parts: it must not show.
    let (a, b) = findings.split_at(findings.len() / 2);
    out.extend(writer.unit(input, a));
    out.extend(writer.unit(input, b));
    out.extend(writer.end());
    String::from_utf8(out).unwrap()
}

/// Lines of which each is awkward in its own way.
const LINES: [&[u8]; 13] = [
    b"# a comment: of words",
    b"ex.a:mx.ex.a\r",
    b"ex.b\t:mx.ex.b",
    b"ex.c:mx.ex.c\0ex.d:mx.ex.d",
    "münchen.ex:日本.ex:2525".as_bytes(),
    "ex.e:mx\u{202e}ex.e\u{200b}".as_bytes(),
    b"ex.f:\xff\xfe:25\\",
    b"ex.g:mx.ex.g:587|user|hUnTeR2",
    b"ex.h:mx.ex.h user hUnTeR2",
    b"ex.i mx.ex.i hUnTeR2",
    b"",
    b"ex.a:mx2.ex.a",
    b"LONG",
];

/// An input of two files with bytes and two without, and findings about it.
pub fn awkward() -> (Input, Vec<Finding>) {
    let mut text = LINES.join(&b'\n');
    text.truncate(text.len() - b"LONG".len());
    let long = text.len();
    text.extend_from_slice("x\u{fc}".repeat(1_000_000).as_bytes());
    text.extend_from_slice(b":mx|hUnTeR2\nex.z:last");
    let mut input = Input::default();
    let mut push = |name: &str, state| {
        let path = format!("/srv/mail/control/{name}");
        input.push(name, &path, state).unwrap();
    };
    push("smtproutes", State::Bytes(text.clone()));
    push("a b,c", State::Bytes(b"ex.a:other\nex.b:mx\n".to_vec()));
    push("locals", State::Missing);
    push("me", State::Directory);
    let base = |n: usize| input.files()[n].base();
    let find = |part: &str| {
        let part = part.as_bytes();
        let at = text.windows(part.len()).position(|w| w == part).unwrap();
        Span::at(0, at..at + part.len())
    };
    let line = |n: usize| find(std::str::from_utf8(LINES[n]).unwrap());
    let behind = |span: Span| Span::new(span.end(), 0);
    let all = u32::try_from(text.len()).unwrap();
    let odd = |span, message: &str| Finding::new("odd-byte", Severity::Error, span, message);
    let same = |span, message: &str| Finding::new("same-key", Severity::Warning, span, message);
    let edit = |span, text: &str| Edit {
        span,
        text: text.into(),
    };
    let mut several = odd(find("ex.b\t"), "a TAB in a key")
        .effect("no mail is routed by this line")
        .help("delete the TAB")
        .fix(true, vec![edit(Span::new(find("\t").start, 1), "")]);
    several.dialects = vec!["notqmail", "sagredo"];
    let mut meant = same(find("ex.h:"), "meant so");
    meant.suppressed = true;
    meant.dialects = vec!["qsmtp"];
    let deleted = Span::new(line(9).start, line(9).len + 1);
    let findings = vec![
        odd(find("\r"), "CR at the end of a value")
            .effect("the host has a CR in its name, and mail for ex.a is deferred")
            .fix(true, vec![edit(find("\r"), "")]),
        same(
            find("ex.a"),
            "`ex.a` stands twice: 100% of its mail takes the other",
        )
        .effect("this line has no effect")
        .label(Span::new(base(1), 4), "and in another file")
        .label(find("mx2.ex.a"), "decides")
        .label(find("mx.ex.a"), "never used")
        .label(Span::new(base(2), 0), "there is no such file")
        .fix(false, vec![edit(line(11), "")]),
        several,
        odd(find("\0"), "NUL in a line").label(find("ex.d"), "an entry of its own"),
        odd(find("日本"), "not ASCII"),
        odd(find("\u{202e}"), "a character that turns the text around"),
        odd(
            Span::new(find("ex.f:").end(), 2),
            "bytes that are not UTF-8",
        )
        .fix(true, vec![edit(Span::new(find("ex.f:").end(), 1), "a")]),
        same(find("user|hUnTeR2"), "credentials")
            .effect("the password is sent in the clear")
            .help("write a port")
            .fix(true, vec![edit(Span::new(find(":587|").start, 4), ":465")]),
        same(find("mx.ex.h user"), "a blank in a value")
            .fix(false, vec![edit(line(8), "ex.h:mx.ex.husehUnTeR2")]),
        meant,
        same(line(9), "no colon").fix(false, vec![edit(Span::new(line(9).start + 4, 1), ":")]),
        same(line(9), "no colon, again").fix(false, vec![edit(deleted, "")]),
        same(
            Span::new(line(9).start + 5, line(11).end() - line(9).start - 5),
            "several lines",
        ),
        odd(
            Span::at(0, long + 1_500_000..long + 1_500_001),
            "far into a long line",
        )
        .fix(true, vec![edit(Span::at(0, long + 3..long + 3), "y")]),
        same(Span::at(0, long..text.len()), "a long line and the next"),
        odd(behind(Span::new(0, all)), "no LF at the end").fix(
            true,
            vec![edit(behind(Span::new(0, all)), "\nex.y:new|hUnTeR2\n")],
        ),
        odd(Span::new(base(1) + 5, 5), "in another file"),
        Finding::new(
            "file-state",
            Severity::Info,
            Span::new(base(2), 0),
            "there is no `locals`",
        )
        .effect("no domain is local"),
        Finding::new(
            "file-state",
            Severity::Info,
            Span::new(base(3), 0),
            "`me` is a directory\nhostile \u{1b}[31m",
        ),
        Finding::new(
            "no-such-rule",
            Severity::Info,
            Span::new(u32::MAX, 9),
            "nowhere",
        ),
    ];
    (input, findings)
}

/// Pieces of lines; what is secret stands in a value behind a separator.
const PIECES: &[&[u8]] = &[
    b"\n",
    b"\n",
    b"\r",
    b"\0",
    b":",
    b"a.b",
    b"\\",
    b"\xff",
    b"\xe2\x82",
    b"\x1b",
    b"25",
    "é".as_bytes(),
    "日".as_bytes(),
    "\u{1f600}".as_bytes(),
    "\u{202e}".as_bytes(),
    b"\nk:v|hUnTeR2",
    b"\nk:v hUnTeR2|u\n",
    b"\nk:\thUnTeR2",
    b"\nk v hUnTeR2\n",
];

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
    let long = (0..3usize).prop_map(|n| "ab é".repeat(n * 60).into_bytes());
    let piece = prop_oneof![9 => piece, 1 => long];
    prop::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

/// What a fix writes: nothing, separators, pieces of an entry, or a whole entry with its secret.
fn replacement() -> impl Strategy<Value = Vec<u8>> {
    let texts: &[&[u8]] = &[
        b"",
        b"",
        b":",
        b"|",
        b" ",
        b"x",
        b"\n",
        b"y:z\n",
        "é".as_bytes(),
        b"\xff",
        b"\nk:v:1|hUnTeR2\n",
        b"k:v hUnTeR2",
    ];
    prop::sample::select(texts.to_vec()).prop_map(<[u8]>::to_vec)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{0,30}",
        prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
    ]
}

/// An input of two files and one that is missing, and findings with spans anywhere.
pub fn random() -> impl Strategy<Value = (Input, Vec<Finding>)> {
    let files = (bytes(12), bytes(6));
    files.prop_flat_map(|(one, two)| {
        let end = u32::try_from(one.len() + two.len() + 6).unwrap();
        let span = move || (0..end, 0..end).prop_map(|(start, len)| Span::new(start, len / 2));
        let label = (span(), text()).prop_map(|(span, text)| Label { span, text });
        let points = prop::collection::vec((0..end, 0..end / 2 + 1, replacement()), 0..4);
        let fix = (any::<bool>(), points).prop_map(|(safe, mut points)| {
            points.sort();
            let mut from = 0;
            let mut edits = Vec::new();
            for (start, len, text) in points {
                // In order, without overlap.
                if start >= from {
                    from = start + len / 4;
                    let span = Span::new(start, len / 4);
                    edits.push(Edit { span, text });
                }
            }
            Fix { safe, edits }
        });
        let names = ["odd-byte", "same-key", "file-state", "no-such-rule"];
        let finding = (
            prop::sample::select(names.to_vec()),
            prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Info]),
            span(),
            (text(), text(), prop::option::of(text())),
            prop::collection::vec(label, 0..3),
            prop::sample::subsequence(vec!["notqmail", "qsmtp", "courier"], 0..3),
            prop::option::of(fix),
            any::<bool>(),
        )
            .prop_map(
                |(
                    rule,
                    severity,
                    span,
                    (message, effect, help),
                    labels,
                    dialects,
                    fix,
                    suppressed,
                )| Finding {
                    rule,
                    severity,
                    span,
                    message,
                    effect,
                    help,
                    labels,
                    dialects,
                    fix,
                    suppressed,
                },
            );
        let findings = prop::collection::vec(finding, 0..4);
        (Just((one, two)), findings).prop_map(|((one, two), findings)| {
            let mut input = Input::default();
            let files = [State::Bytes(one), State::Missing, State::Bytes(two)];
            for (name, state) in ["/srv/mail/a", "/etc/b%\u{202e}", "c d"].iter().zip(files) {
                input.push(name, name, state).unwrap();
            }
            (input, findings)
        })
    })
}
