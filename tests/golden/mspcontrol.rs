//! MSPControl: routes that take no mail until they are bound, both notations, what is assumed, and what is written.

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::diagnostic::Severity;
use qroute::equivalence::same_in_order;
use qroute::formats::mspcontrol::FORMAT;
use qroute::formats::{
    Detected, FORMATS, Format, Head, Known, ReadOptions, WriteError, WriteOptions, detect, find,
};
use qroute::lookup::{Envelope, Store, select};
use qroute::model::{Action, Decision, Direction, Document, Owner, Target};
use qroute::source::{Input, Span};
use qroute::store::MemoryStore;

use crate::asked::{self, assuming, changes, damaged, file, mail};
use crate::random;

const HEADER: &str = "Type,Name,RouteType,Host,Port\n";

fn tour() -> Vec<u8> {
    file("tour/mspcontrol/routes.csv")
}

fn csv(rows: &str) -> Vec<u8> {
    format!("{HEADER}{rows}").into_bytes()
}

fn options(bind: &[(&str, &str)], assume: &[(&str, &str)]) -> ReadOptions {
    let domains = |text: &str| text.split(',').map(str::to_owned).collect();
    ReadOptions {
        bind: bind
            .iter()
            .map(|(name, all)| ((*name).to_owned(), domains(all)))
            .collect(),
        ..assuming(assume)
    }
}

fn read(bytes: &[u8], options: &ReadOptions) -> Document {
    let input = Input::single("t", "t", bytes.to_vec()).unwrap();
    (FORMAT.read)(input, options).unwrap()
}

fn refusal(bytes: &[u8], options: &ReadOptions) -> String {
    let input = Input::single("t", "t", bytes.to_vec()).unwrap();
    (FORMAT.read)(input, options).unwrap_err().to_string()
}

const WAYS: [Option<Direction>; 3] = [None, Some(Direction::Inbound), Some(Direction::Outbound)];

/// What becomes of mail that goes this way. The hosts of a route are never asked for MX.
fn answer(store: &MemoryStore, recipient: &str, direction: Option<Direction>) -> String {
    let envelope = Envelope {
        direction,
        ..mail(recipient)
    };
    if let Decision::Relay(relay) = select(store, &envelope, false).unwrap().decision {
        let mut hops = relay.hops.iter();
        assert!(hops.all(|hop| matches!(hop.target, Target::Address(_))));
    }
    asked::answer(store, &envelope)
}

#[test]
fn unbound_routes_take_no_mail() {
    let document = read(&tour(), &ReadOptions::default());
    assert_eq!((document.written, document.usable), (3, 3));
    assert_eq!(document.table.len(), 3);
    let store = MemoryStore::new(document);
    for recipient in ["u@contoso.example", "u@example", "u@*", "u@Outbound filter"] {
        for way in WAYS {
            assert_eq!(answer(&store, recipient, way), "none", "{recipient}");
        }
    }
    // No other table takes them, in particular none as a route for everybody.
    let document = read(
        &csv("System Route,A,Outbound,a,25\n"),
        &ReadOptions::default(),
    );
    for format in FORMATS.iter().filter(|format| format.id != FORMAT.id) {
        let options = WriteOptions::default();
        let refused = (format.write)(&document, &options).unwrap_err().to_string();
        let told = refused.contains("no match: domain unknown");
        assert!(told, "{}: {refused}", format.id.0);
    }
}

#[test]
fn bindings_say_whose_mail_a_route_takes() {
    use Direction::{Inbound, Outbound};
    let exchange = "203.0.113.10:25 203.0.113.11:25 [destination-order=as-written]";
    let filter = "out1.filter.example:587 out2.filter.example:587 [destination-order=as-written]";
    let both: &[(&str, &str)] = &[
        ("Exchange cluster", "acme.example,.acme.example"),
        ("Outbound filter", "acme.example,*"),
    ];
    for (bind, recipient, way, wanted) in [
        (both, "u@acme.example", Some(Inbound), exchange),
        (both, "u@acme.example", Some(Outbound), filter),
        (both, "u@acme.example", None, "undecided direction"),
        (both, "u@x.acme.example", Some(Inbound), exchange),
        (both, "u@x.acme.example", Some(Outbound), filter),
        (both, "u@ACME.example.", Some(Inbound), exchange),
        (both, "u@other.example", Some(Outbound), filter),
        (both, "u@other.example", Some(Inbound), "none"),
        (both, "u@notacme.example", Some(Inbound), "none"),
        (
            &[("Contoso, on-prem", "*.bücher.example")],
            "u@x.xn--bcher-kva.example",
            Some(Inbound),
            "mail.contoso.example:2525",
        ),
        (
            &[("Contoso, on-prem", "*.bücher.example")],
            "u@bücher.example",
            Some(Inbound),
            "none",
        ),
        // Blanks around a name do not count, and one route may be named twice.
        (
            &[
                (" Contoso, on-prem ", "a.example"),
                ("Contoso, on-prem", "a.example, b.example"),
            ],
            "u@b.example",
            Some(Inbound),
            "mail.contoso.example:2525",
        ),
    ] {
        let store = MemoryStore::new(read(&tour(), &options(bind, &[])));
        assert_eq!(
            answer(&store, recipient, way),
            wanted,
            "{recipient} {way:?}"
        );
    }
    let document = read(&tour(), &options(both, &[]));
    // Two keys, two keys, and one route for nobody.
    let keys: Vec<_> = document
        .routes()
        .map(|route| route.key().to_vec())
        .collect();
    assert_eq!(
        keys,
        [
            &b"acme.example"[..],
            b".acme.example",
            b"acme.example",
            b"",
            b""
        ]
    );
    let last = document.route(4);
    assert!(last.condition().unwrap().unbound);
    assert_eq!(last.name(), Some(&b"Contoso, on-prem"[..]));
    assert_eq!(last.owner(), Some(Owner::Customer));
    let told: Vec<_> = document
        .problems
        .iter()
        .map(|problem| problem.rule)
        .collect();
    assert_eq!(told, ["unbound-route", "inbound-binding"]);
    assert_eq!(document.place(document.problems[1].span).unwrap().line, 2);
}

#[test]
fn bindings_that_fit_nothing_are_refused() {
    let names = csv("System Route,Exchange,Inbound,a,25\nSystem Route,Exchange ,Outbound,a,25\n");
    for (table, bind, words) in [
        (
            tour(),
            &[("Exchange Cluster", "d")][..],
            "Exchange Cluster: no route is called so; the nearest is `Exchange cluster`",
        ),
        (
            tour(),
            &[("Outbund filter", "d")],
            "the nearest is `Outbound filter`",
        ),
        (
            tour(),
            &[("Fabrikam", "d")],
            "Fabrikam: no route is called so",
        ),
        (tour(), &[("Outbound filter", "")], "no name stands there"),
        (tour(), &[("Outbound filter", "u@d")], "in a name"),
        (tour(), &[("Outbound filter", "a b")], "a blank in a name"),
        (
            tour(),
            &[("Outbound filter", "*.*")],
            "`*` stands for nothing here",
        ),
        (
            tour(),
            &[
                ("Exchange cluster", "d.example"),
                ("Contoso, on-prem", "D.example."),
            ],
            "bound to `Exchange cluster` already: two Inbound routes",
        ),
        (
            tour(),
            &[("Exchange cluster", "*.d"), ("Contoso, on-prem", ".d")],
            "two Inbound routes",
        ),
        (
            names.clone(),
            &[("Exchange", "d")],
            "the routes 1 and 2 have that name",
        ),
        (
            HEADER.as_bytes().to_vec(),
            &[("A", "d")],
            "there is none with a name",
        ),
    ] {
        let refused = refusal(&table, &options(bind, &[]));
        assert!(
            refused.starts_with("--bind ") && refused.contains(words),
            "{refused}"
        );
    }
    // Of a damaged file nobody knows which routes it has.
    assert!(read(b"{", &options(&[("A", "d")], &[])).damaged);
}

#[test]
fn what_is_open_decides_only_where_it_says_so() {
    let two = csv("System Route,A,Outbound,a.example,\nSystem Route,A,Outbound,b.example,587\n");
    let one = csv("System Route,A,Outbound,a.example,\n");
    let sound = csv("System Route,A,Outbound,a.example,25\n");
    for (table, assume, wanted) in [
        (
            &two,
            &[][..],
            "a.example:25 b.example:587 [destination-order=as-written] [default-port=25]",
        ),
        (
            &two,
            &[("destination-order", "any")],
            "a.example:25,b.example:587 [default-port=25]",
        ),
        (&one, &[], "a.example:25 [default-port=25]"),
        (&one, &[("default-port", "error")], "undefined"),
        (&sound, &[], "a.example:25"),
        (&sound, &[("default-port", "error")], "a.example:25"),
    ] {
        let store = MemoryStore::new(read(table, &options(&[("A", "d")], assume)));
        assert_eq!(
            answer(&store, "u@d", Some(Direction::Outbound)),
            wanted,
            "{assume:?}"
        );
    }
    let refused = refusal(&two, &options(&[], &[("order", "first-match")]));
    assert!(
        refused.contains("nothing of that name is left open"),
        "{refused}"
    );
    let strict = read(&one, &options(&[], &[("default-port", "error")]));
    assert_eq!((strict.written, strict.usable), (1, 0));
}

#[test]
fn mail_for_a_route_with_an_error_fails() {
    for row in [
        "System Route,A,Both,a,25",
        "System,A,Outbound,a,25",
        "System Route,A,Outbound,a b,25",
        "System Route,A,Outbound,a:25,25",
        "System Route,A,Outbound,192.0.2.256,25",
        "System Route,A,Outbound,a,0",
        "System Route,A,Outbound,a",
        "System Route,A,Outbound,a,25,x",
        "System Route,A,Outbound,\"a\" b,25",
    ] {
        // Another row of the same route does not help: mail would go on with a host less.
        let table = csv(&format!(
            "System Route,A,Outbound,sound.example,25\n{row}\n"
        ));
        let same = row.starts_with("System Route,A,Outbound");
        let document = read(&table, &ReadOptions::default());
        let expected = if same { (1, 0) } else { (2, 1) };
        assert_eq!((document.written, document.usable), expected, "{row}");
        assert!(document.error().is_some());
        let table = csv(&format!("{row}\n"));
        let store = MemoryStore::new(read(&table, &options(&[("A", "d,*")], &[])));
        for way in WAYS {
            let wanted = match (row.contains("Outbound"), way) {
                (true, Some(Direction::Inbound)) => "none",
                (true, None) => "undecided direction",
                _ => "undefined",
            };
            assert_eq!(answer(&store, "u@d", way), wanted, "{row}");
        }
    }
}

#[test]
fn lenient_reading_takes_words_without_case() {
    let table = b"TYPE,Name,routetype,Host,Port\nsystem route,A,OUTBOUND,a,25\n";
    assert!(read(table, &ReadOptions::default()).damaged);
    let json = br#"{"Format":"mspcontrol-email-routes","Version":1,"Routes":[{"Type":"system route","NAME":"A",
        "RouteType":"OUTBOUND","Destinations":[{"Host":"a","PORT":25}]}]}"#;
    let lenient = ReadOptions {
        lenient: true,
        ..options(&[("A", "d")], &[])
    };
    for table in [&table[..], json] {
        let document = read(table, &lenient);
        assert!(document.error().is_none(), "{:?}", document.problems);
        let store = MemoryStore::new(document);
        assert_eq!(answer(&store, "u@d", Some(Direction::Outbound)), "a:25");
    }
    assert!(read(json, &ReadOptions::default()).error().is_some());
}

#[test]
fn files_are_known_by_their_content() {
    for (text, wanted) in [
        (
            r#"{"format":"mspcontrol-email-routes","version":1,"routes":[]}"#,
            true,
        ),
        (
            r#"[{"type":"System Route","routeType":"Inbound","destinations":[]}]"#,
            true,
        ),
        ("Type,Name,RouteType,Host,Port\n", true),
        (
            "\u{feff}\"Type\";\"Name\";\"RouteType\";\"Host\";\"Port\"\r\n",
            true,
        ),
        ("Type,Name\nSystem Route,A\n", true),
        (
            r#"{"data":[{"domain":"a.example","mxcheck":"local"}]}"#,
            false,
        ),
        ("[]", false),
        ("type:name\n", false),
    ] {
        let found = detect(&Head::new(text.as_bytes(), "f"));
        let ours = matches!(found, Detected::Format(format) if format.id == FORMAT.id);
        assert_eq!(ours, wanted, "{text}: {found:?}");
    }
    let named = matches!(find("mspcontrol-email-routes"), Some(Known::Read(format)) if format.id == FORMAT.id);
    assert!(named);
}

#[test]
fn passwords_are_never_shown() {
    let json = br#"{"format":"mspcontrol-email-routes","version":1,"password":"q7One","routes":[{"type":"System Route",
        "name":"A","routeType":"Outbound","auth":{"user":"u","x":["q7Two"]},
        "destinations":[{"host":"smtp://u:q7Three@h","port":25,"Passwd":"q7Four","apiToken":5555},{"host":"h","port":"25"}]}]}"#;
    let table = b"Type,Name,RouteType,Host,Port,smtp password\nSystem Route,A,Outbound,u:q7Three@h,25,\"q7One\"\n\
        System Route,B,Outbound,h,q7Two,25,q7Four\n";
    let cut = &json[..json.len() - 3];
    for bytes in [&json[..], table, cut] {
        let document = read(bytes, &ReadOptions::default());
        assert!(document.error().is_some());
        let shown = document.input.shown(Span::new(0, bytes.len() as u32));
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let said = format!("{:?}{shown}", document.problems);
        for secret in ["q7", "5555"] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        assert!(shown.len() > 20, "{shown}");
    }
}

/// A file, and what is said of it.
type Written = (Vec<u8>, Vec<(&'static str, String)>);

fn written(document: &Document, csv: bool) -> Result<Written, WriteError> {
    let options = WriteOptions {
        csv,
        ..WriteOptions::default()
    };
    let output = (FORMAT.write)(document, &options)?;
    let [(name, bytes)] = <[_; 1]>::try_from(output.files).unwrap();
    assert_eq!(name.ends_with(".csv"), csv);
    Ok((bytes, output.remarks))
}

fn other(format: &str, file: &str, text: &str) -> Document {
    let Some(Known::Read(format)) = find(format) else {
        panic!("{format}");
    };
    let format: &Format = format;
    let input = Input::single(file, file, text.as_bytes().to_vec()).unwrap();
    (format.read)(input, &ReadOptions::default()).unwrap()
}

#[test]
fn tables_of_other_products_are_written_without_their_match() {
    let table = "acme.example:mx1.acme.example\n.acme.example:[192.0.2.1]:587\n:relay.example\nACME.Example:x\n";
    let document = other("smtproutes", "smtproutes", table);
    for csv in [false, true] {
        let (bytes, remarks) = written(&document, csv).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        if csv {
            assert_eq!(
                text,
                "Type,Name,RouteType,Host,Port\n\
                 System Route,Route for acme.example,Outbound,mx1.acme.example,25\n\
                 System Route,Route for .acme.example,Outbound,192.0.2.1,587\n\
                 System Route,Route for all mail,Outbound,relay.example,25\n\
                 System Route,Route for ACME.Example (2),Outbound,x,25\n"
            );
        }
        let lost: Vec<&str> = remarks.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(
            lost,
            [
                "match-lost",
                "match-lost",
                "match-lost",
                "match-lost",
                "direction-unknown"
            ]
        );
        // Nothing is for everybody, unless somebody says so.
        let store = MemoryStore::new(read(&bytes, &ReadOptions::default()));
        assert!(store.document().error().is_none());
        assert_eq!(answer(&store, "u@acme.example", None), "none");
        // The bindings that it names bring the mail back; of the two for one domain it was the second.
        let bind = |(_, text): &(&str, String)| {
            let (_, option) = text.split_once("--bind '")?;
            let (name, domain) = option.split_once('\'')?.0.rsplit_once('=')?;
            Some((name.to_owned(), vec![domain.to_owned()]))
        };
        let bind: Vec<_> = remarks.iter().filter_map(bind).collect();
        assert_eq!(bind.len(), 4);
        let options = ReadOptions {
            bind: bind[1..].to_vec(),
            ..ReadOptions::default()
        };
        let back = MemoryStore::new(read(&bytes, &options));
        let old = MemoryStore::new(other("smtproutes", "smtproutes", table));
        for recipient in ["u@acme.example", "u@x.acme.example", "u@elsewhere.example"] {
            let (new, old) = (
                answer(&back, recipient, Some(Direction::Outbound)),
                answer(&old, recipient, None),
            );
            assert_eq!(new, old.replace(['[', ']'], ""), "{recipient}");
        }
    }
}

#[test]
fn what_the_form_cannot_say_is_refused() {
    let smtproutes = |text: &'static str| ("smtproutes", "smtproutes", text.to_owned());
    let xeams = |more: &str, ip: &str| {
        let text = format!(
            "<CustomRouting><Routes><Route><sender>ANY</sender>{more}<ip>{ip}</ip></Route></Routes></CustomRouting>"
        );
        ("xeams", "CustomSmtpRouting.xml", text)
    };
    let imsva = |recipient: &str, servers: &str| {
        let text = format!(
            "<MessageDeliverySettings schema=\"neutral-1\"><Entry recipient=\"{recipient}\" method=\"static\">{servers}</Entry></MessageDeliverySettings>"
        );
        ("imsva", "MessageDeliverySettings.xml", text)
    };
    for ((format, file, text), wanted) in [
        (smtproutes("a:\n"), "mx-own"),
        (smtproutes("a:mx:0\n"), "port"),
        (smtproutes("a:m x\n"), "static"),
        (smtproutes("a:mx\n"), ""),
        (xeams("<recipient>ANY</recipient>", "192.0.2.1"), ""),
        (
            xeams("<recipient>ANY</recipient>", "192.0.2.1|192.0.2.2"),
            "random",
        ),
        (
            xeams("<recipient>u@d.example</recipient>", "192.0.2.1"),
            "rcpt-addr",
        ),
        (
            xeams(
                "<recipient>ANY</recipient><recipientExceptions>@d.example</recipientExceptions>",
                "192.0.2.1",
            ),
            "exceptions",
        ),
        (
            xeams(
                "<recipient>ANY</recipient><subject operand=\"cn\">x</subject>",
                "192.0.2.1",
            ),
            "subject",
        ),
        (
            imsva(
                "d.example",
                "<Server address=\"a\" preference=\"1\" enabled=\"false\"/>",
            ),
            "disabled",
        ),
        (
            imsva("d.example", "<Server address=\"a\" preference=\"1\"/>"),
            "",
        ),
        (
            (
                "mspcontrol",
                "t",
                format!("{HEADER}System Route,A,Both,a,25\n"),
            ),
            "static",
        ),
    ] {
        let document = other(format, file, &text);
        let seen = match written(&document, false) {
            Ok(_) => "",
            Err(WriteError::Inexpressible { feature, .. }) => feature.name(),
            Err(_) => "other",
        };
        assert_eq!(seen, wanted, "{text}");
    }
    let text = "<CustomRouting><Routes><Route><sender>@d.example</sender><recipient>ANY</recipient><ip>a</ip></Route></Routes></CustomRouting>";
    let refused = written(&other("xeams", "CustomSmtpRouting.xml", text), false).unwrap_err();
    assert!(refused.to_string().contains("(sender)"), "{refused}");
}

#[test]
fn preferences_become_an_order() {
    let text = "<MessageDeliverySettings schema=\"neutral-1\"><Entry recipient=\"d.example\" method=\"static\">\
        <Server address=\"b\" preference=\"20\"/><Server address=\"c\"/><Server address=\"a\" preference=\"10\" port=\"26\"/>\
        </Entry></MessageDeliverySettings>";
    let document = other("imsva", "MessageDeliverySettings.xml", text);
    let (bytes, remarks) = written(&document, true).unwrap();
    let hosts: Vec<String> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(3).collect::<Vec<_>>().join(":"))
        .collect();
    assert_eq!(hosts, ["a:26", "b:25", "c:25"]);
    assert!(remarks.iter().any(|(rule, _)| *rule == "destination-order"));
}

#[test]
fn a_bound_route_is_written_once() {
    let bind = [
        ("Exchange cluster", "a.example,.a.example"),
        ("Outbound filter", "a.example"),
    ];
    let document = read(&tour(), &options(&bind, &[]));
    let (bytes, remarks) = written(&document, true).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        String::from_utf8(tour()).unwrap()
    );
    let lost = remarks.iter().filter(|(rule, _)| *rule == "match-lost");
    assert_eq!(lost.count(), 3);
    let formula = read(
        &csv("System Route,=A1,Outbound,a,25\n"),
        &ReadOptions::default(),
    );
    let (_, remarks) = written(&formula, true).unwrap();
    assert_eq!(remarks.len(), 1);
    assert_eq!(remarks[0].0, "formula");
    assert!(written(&formula, false).unwrap().1.is_empty());
}

fn formed(document: &Document) -> Option<Vec<u8>> {
    let form = FORMAT.canonical.unwrap()(document);
    form.files.into_iter().next().map(|(_, bytes)| bytes)
}

#[test]
fn the_canonical_form() {
    for (text, wanted) in [
        (
            "\u{feff}Type;Name;RouteType;Host;Port\r\n\r\nSystem Route;\"A;B\";Inbound;MX.a.example.;025\r\n;;;;\r\nCustomer Route; C,D;\"Outbound\";[2001:DB8::1];\"26\"",
            "Type,Name,RouteType,Host,Port\n\nSystem Route,A;B,Inbound,mx.a.example,25\n,,,,\nCustomer Route,\" C,D\",Outbound,2001:db8::1,26\n",
        ),
        (
            "Note,Type,Name,RouteType,Host,Port\n\"a\r\nb\" ,System Route,A,Inbound,a,25\n",
            "Note,Type,Name,RouteType,Host,Port\n\"a\r\nb\" ,System Route,A,Inbound,a,25\n",
        ),
        (
            "Note,Type,Name,RouteType,Host,Port\r\n\"a\r\nb\",System Route,A,Inbound,A,25\r\n\r\n",
            "Note,Type,Name,RouteType,Host,Port\n\"a\r\nb\",System Route,A,Inbound,a,25\n",
        ),
        (
            "[ {\"type\":\"System Route \", \"x\":\"025\",\r\n \"name\":\"A\\u0041\",\"routeType\":\"Inbound\",  \n\"destinations\":[{\"port\":\"025\",\"host\":\"A.example\"}]}]  ",
            "{\"format\":\"mspcontrol-email-routes\",\"version\":1,\"routes\":[ {\"type\":\"System Route\", \"x\":\"025\",\n \"name\":\"A\\u0041\",\"routeType\":\"Inbound\",\n\"destinations\":[{\"port\":25,\"host\":\"a.example\"}]}]}\n",
        ),
    ] {
        let document = read(text.as_bytes(), &ReadOptions::default());
        let form = String::from_utf8(formed(&document).unwrap()).unwrap();
        assert_eq!(form, wanted);
    }
    // Already so: not a byte changes.
    let (json, _) = written(&read(&tour(), &ReadOptions::default()), false).unwrap();
    for same in [tour(), json] {
        let document = read(&same, &ReadOptions::default());
        assert_eq!(formed(&document), Some(same));
    }
}

const NAMES: &[&str] = &[
    "A",
    "a",
    " A",
    "Contoso, Ltd",
    "\"x\"",
    "é;ü",
    "=1",
    "'",
    "\\",
    "B\tC",
    "b",
    "D",
    "E",
];
const HOSTS: &[&str] = &[
    "a.example",
    "A.Example.",
    "192.0.2.7",
    "2001:db8::7",
    "[2001:DB8::7]",
    " b.example ",
    "bücher.example",
    "a_b.example",
    "a b",
    "h:25",
];
const PORTS: &[&str] = &["25", "587", "065535", "", "0", "x"];

#[derive(Clone, Debug)]
struct Row {
    name: usize,
    way: bool,
    customer: bool,
    destinations: Vec<(usize, usize)>,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let bad_last = |list: &'static [&'static str], bad: usize| prop_oneof![30 => 0..list.len() - bad, 1 => 0..list.len()];
    let destination = (bad_last(HOSTS, 2), bad_last(PORTS, 2));
    let row = (
        0..NAMES.len(),
        any::<bool>(),
        any::<bool>(),
        proptest::collection::vec(destination, 1..4),
    )
        .prop_map(|(name, way, customer, destinations)| Row {
            name,
            way,
            customer,
            destinations,
        });
    // Mostly names of their own.
    (
        proptest::collection::vec(row, 0..6),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(mut rows, own)| {
            if own {
                let mut names = (0..NAMES.len()).filter(|&at| NAMES[at] != "B\tC").cycle();
                rows.iter_mut()
                    .for_each(|row| row.name = names.next().unwrap());
            }
            rows
        })
}

fn words(row: &Row) -> [&'static str; 3] {
    [
        if row.customer {
            "Customer Route"
        } else {
            "System Route"
        },
        NAMES[row.name],
        if row.way { "Inbound" } else { "Outbound" },
    ]
}

fn as_csv(rows: &[Row], separator: &str, end: &str) -> Vec<u8> {
    let mut text = ["Type", "Name", "RouteType", "Host", "Port"].join(separator) + end;
    for row in rows {
        for &(host, port) in &row.destinations {
            let cells = words(row).into_iter().chain([HOSTS[host], PORTS[port]]);
            let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            text += &(cells.collect::<Vec<_>>().join(separator) + end);
        }
    }
    text.into_bytes()
}

fn as_json(rows: &[Row], bare: bool) -> Vec<u8> {
    let routes = rows.iter().map(|row| {
        let [kind, name, way] = words(row);
        let destinations = row.destinations.iter().map(|&(host, port)| {
            let port = match PORTS[port].parse::<u32>() {
                Ok(_) if PORTS[port].starts_with('0') && PORTS[port] != "0" => PORTS[port].into(),
                Ok(number) => serde_json::json!(number),
                Err(_) if PORTS[port].is_empty() => serde_json::Value::Null,
                Err(_) => PORTS[port].into(),
            };
            serde_json::json!({"host": HOSTS[host], "port": port})
        });
        let destinations: Vec<_> = destinations.collect();
        serde_json::json!({"type": kind, "name": name, "routeType": way, "destinations": destinations})
    });
    let routes: Vec<_> = routes.collect();
    let value = match bare {
        true => serde_json::json!(routes),
        false => {
            serde_json::json!({"format": "mspcontrol-email-routes", "version": 1, "routes": routes})
        }
    };
    serde_json::to_vec_pretty(&value).unwrap()
}

/// Whether it could be written.
fn check(text: &[u8], options: &ReadOptions) -> Result<bool, TestCaseError> {
    let document = read(text, options);
    let show = String::from_utf8_lossy;
    if let Some(form) = formed(&document) {
        let again = read(&form, options);
        prop_assert!(same_in_order(&document, &again), "{:?}", show(&form));
        prop_assert_eq!(formed(&again), Some(form));
    }
    if document.error().is_some() {
        return Ok(false);
    }
    for csv in [false, true] {
        let (bytes, _) = written(&document, csv)
            .map_err(|error| TestCaseError::fail(format!("{error}: {:?}", show(text))))?;
        let again = read(&bytes, options);
        prop_assert!(again.error().is_none(), "{:?}", again.problems);
        prop_assert!(same_in_order(&document, &again), "{:?}", show(&bytes));
    }
    Ok(true)
}

#[test]
fn random_tables_come_back() {
    let mut runner = TestRunner::new(random::cases("QROUTE_MSPCONTROL", 500));
    let sound = std::cell::Cell::new(0u32);
    runner
        .run(&(rows(), 0..5u8), |(rows, kind)| {
            let text = match kind {
                0 => as_csv(&rows, ",", "\n"),
                1 => as_csv(&rows, ";", "\r\n"),
                2 => as_csv(&rows, ",", "\r\n"),
                _ => as_json(&rows, kind == 3),
            };
            sound.set(sound.get() + u32::from(check(&text, &ReadOptions::default())?));
            // Names of their own mean the same in both notations.
            let unique = rows
                .iter()
                .enumerate()
                .all(|(at, row)| rows[..at].iter().all(|other| other.name != row.name));
            if unique {
                let (a, b) = (as_csv(&rows, ";", "\n"), as_json(&rows, false));
                let (a, b) = (
                    read(&a, &ReadOptions::default()),
                    read(&b, &ReadOptions::default()),
                );
                prop_assert_eq!(a.usable, b.usable);
                prop_assert!(same_in_order(&a, &b), "{:?}", rows);
            }
            Ok(())
        })
        .unwrap();
    assert!(sound.get() > 200, "{}", sound.get());
}

#[test]
fn damaged_files_are_read_without_harm() {
    let document = read(&tour(), &ReadOptions::default());
    let (json, _) = written(&document, false).unwrap();
    let with_password = String::from_utf8(json.clone()).unwrap().replace(
        "\"port\": 587",
        "\"port\": \"587\", \"pass\\u0077ord\": [\"q7Five\"]",
    );
    assert!(with_password.contains("q7Five"));
    // What is said and shown of a text.
    let look = |text: &[u8]| -> Result<String, TestCaseError> {
        let document = read(text, &ReadOptions::default());
        for problem in &document.problems {
            let files = text.is_empty() || document.place(problem.span).is_some();
            prop_assert!(files, "{problem:?}");
        }
        let length = document.input.files()[0]
            .state
            .bytes()
            .map_or(0, <[u8]>::len);
        let shown = document.input.shown(Span::new(0, length as u32));
        let shown = String::from_utf8_lossy(&shown);
        let said = format!("{:?}{shown}", document.problems);
        if document.damaged {
            prop_assert!(document.table.is_empty() && document.error().is_some());
        }
        check(text, &ReadOptions::default())?;
        Ok(said)
    };
    let seeds = [tour(), json, with_password.into_bytes()];
    for seed in &seeds {
        for cut in 0..=seed.len() {
            let said = look(&seed[..cut]).unwrap();
            assert!(!said.contains("q7"), "{cut}: {said}");
        }
        for at in 0..seed.len() {
            let mut text = seed.clone();
            text[at] ^= [0x01, 0x20, 0x80][at % 3];
            look(&text).unwrap();
        }
    }
    let parts: Vec<&[u8]> = vec![
        b"\"",
        b",",
        b";",
        b"\n",
        b"\r",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"\\",
        b"\xFF",
        b"\\u0000",
        b"null",
        b"\"port\":1,",
        b"",
        b"System Route,A,",
        b"\"\"",
    ];
    let strategy = (0..seeds.len(), changes(parts, 30, 4));
    let mut runner = TestRunner::new(random::cases("QROUTE_MSPCONTROL", 1000));
    runner
        .run(&strategy, |(seed, changes)| {
            let text = damaged(&seeds[seed], &changes);
            look(&text).map(drop)
        })
        .unwrap();
}

#[test]
fn every_finding_of_a_route_names_it() {
    let table = csv("System Route,A,Outbound,a b,25\nSystem Route,B,Both,a,x\n");
    let document = read(&table, &ReadOptions::default());
    let errors = document
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        errors,
        [
            "route 1 `A`, destination 1: `a b` is no host: a blank in a name",
            "route 2 `B`: the route type is `Both`",
            "route 2 `B`, destination 1: the port `x`: the port is no decimal number",
        ]
    );
    let refused = document
        .routes()
        .all(|route| matches!(route.action(), Action::Refused { .. }));
    assert!(refused);
}
