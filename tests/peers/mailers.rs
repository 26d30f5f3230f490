//! qroute-remote against Postfix, Exim and OpenSMTPD: what it sends is what they store.
//!
//! Each is unpacked from its Debian package into a directory below `target/peers`, laid over `/usr` in a mount namespace of
//! its own, and listens on the loopback addresses only; nothing of the machine's own mail system is used or changed. That
//! needs root, `apt-get` with lists of packages, and `unshare`. A server that cannot be started is a failure, never a skip.

use std::fmt::Write as _;
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "mailer_configurations.rs"]
mod configurations;
#[path = "mailer_messages.rs"]
mod messages;

use configurations::{EXIM, OPENSMTPD, POSTFIX};
use messages::{HEADER, Wanted, messages, smuggled};

const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server: its package, its files with `@HOME@`, `@A@` and `@B@` to be filled in, and how it is started.
pub struct Kind {
    pub package: &'static str,
    pub files: &'static [(&'static str, &'static str)],
    /// True when it stores NUL as it comes; OpenSMTPD ends a line there.
    pub keeps_nul: bool,
    /// True for OpenSMTPD 6.8, which loses its key with OpenSSL 3.
    pub may_lack_tls: bool,
    /// Run by `sh` as root of a mount namespace in which the package is installed.
    pub start: &'static str,
}

/// A server that runs until this is dropped. Port `a` takes everything, port `b` only after STARTTLS and AUTH.
struct Mailer {
    child: Child,
    home: PathBuf,
    a: u16,
    b: u16,
}

/// The package with everything it needs and this machine has not, unpacked once.
pub fn unpack(package: &str) -> PathBuf {
    // Two tests may need the same one.
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = ONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/peers")
        .join(package);
    if root.join("done").exists() {
        return root;
    }
    std::fs::create_dir_all(root.join("root/usr")).unwrap();
    std::fs::create_dir_all(root.join("root/etc")).unwrap();
    let script = format!(
        "cd {}
        apt-get install --reinstall --print-uris -qq --no-install-recommends {package} | cut -d' ' -f2 | cut -d_ -f1 >names
        test -s names
        xargs apt-get download -qq <names
        for file in *.deb; do dpkg-deb -x \"$file\" root; done
        # Where /lib is a link to /usr/lib.
        if [ -d root/lib ]; then cp -a root/lib root/usr/; fi
        touch done",
        root.display()
    );
    let status = Command::new("sh")
        .args(["-euc", &script])
        .stdin(Stdio::null())
        .status();
    assert!(
        status.unwrap().success(),
        "{package} cannot be downloaded and unpacked (apt-get update?)"
    );
    root
}

fn free_port() -> u16 {
    loop {
        let v4 = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = v4.local_addr().unwrap().port();
        if TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

impl Mailer {
    fn start(kind: &Kind) -> Mailer {
        let root = unpack(kind.package);
        let home =
            std::env::temp_dir().join(format!("qroute-{}-{}", kind.package, std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("box")).unwrap();
        let (a, b) = (free_port(), free_port());
        let fill = |text: &str| {
            text.replace("@HOME@", &home.display().to_string())
                .replace("@A@", &a.to_string())
                .replace("@B@", &b.to_string())
        };
        certificate(&home);
        for (name, text) in kind.files {
            let path = home.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, fill(text)).unwrap();
        }
        let mut users = std::fs::read_to_string("/etc/passwd").unwrap();
        let mut groups = std::fs::read_to_string("/etc/group").unwrap();
        for (number, name) in [
            "postfix",
            "postdrop",
            "Debian-exim",
            "opensmtpd",
            "opensmtpq",
        ]
        .iter()
        .enumerate()
        {
            let id = 42_000 + number;
            if !users
                .lines()
                .any(|line| line.starts_with(&format!("{name}:")))
            {
                let _ = writeln!(users, "{name}:x:{id}:{id}::/nonexistent:/bin/false");
            }
            if !groups
                .lines()
                .any(|line| line.starts_with(&format!("{name}:")))
            {
                let _ = writeln!(groups, "{name}:x:{id}:");
            }
        }
        std::fs::create_dir_all(home.join("etc")).unwrap();
        std::fs::write(home.join("etc/passwd"), users).unwrap();
        std::fs::write(home.join("etc/group"), groups).unwrap();
        let script = format!(
            "mount -t overlay qroute-peer -o lowerdir={root}/root/usr:/usr /usr
            mount -t overlay qroute-peer -o lowerdir={home}/etc:{root}/root/etc:/etc /etc
            mkdir -p {home}/box; chmod 777 {home} {home}/box
            cd {home}
            {start}",
            root = root.display(),
            home = home.display(),
            start = fill(kind.start)
        );
        let log = std::fs::File::create(home.join("out")).unwrap();
        // Whoever ends the first process of a process namespace ends them all.
        let child = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-euc",
                &script,
            ])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("unshare cannot be run");
        let mut mailer = Mailer { child, home, a, b };
        mailer.becomes_ready();
        mailer
    }

    fn becomes_ready(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.a)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "it does not start: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn log(&self) -> String {
        ["out", "log", "log/mainlog"]
            .iter()
            .filter_map(|name| std::fs::read_to_string(self.home.join(name)).ok())
            .collect()
    }

    /// All messages that are stored, as they stand in their files.
    fn stored(&self) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut directories = vec![self.home.join("box")];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() && path.file_name().is_some_and(|name| name != "tmp") {
                    directories.push(path);
                } else if path.parent().is_some_and(|p| p.ends_with("new")) {
                    // It may have been moved meanwhile.
                    found.extend(std::fs::read(path));
                }
            }
        }
        found
    }

    /// Waits until so many messages are stored, and a moment longer in case there are more.
    fn wait_for(&self, count: usize) -> Vec<Vec<u8>> {
        let start = Instant::now();
        while self.stored().len() < count && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_millis(500));
        let stored = self.stored();
        assert_eq!(stored.len(), count, "{}", self.log());
        stored
    }

    fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.home.join("box/mail"));
        for part in ["new", "cur"] {
            for entry in std::fs::read_dir(self.home.join("box").join(part))
                .into_iter()
                .flatten()
            {
                let _ = std::fs::remove_file(entry.unwrap().path());
            }
        }
    }

    /// Delivers through a home with these control files.
    fn deliver(&self, control: &[(&str, &str)], message: &[u8]) -> String {
        let home = self.home.join("client");
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("control")).unwrap();
        std::fs::write(home.join("control/me"), "client.example\n").unwrap();
        for (name, text) in control {
            std::fs::write(home.join("control").join(name), text).unwrap();
        }
        let path = home.join("message");
        std::fs::write(&path, message).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_qroute-remote"))
            .env_clear()
            .env("QMAILHOME", &home)
            .env("SSL_CERT_FILE", self.home.join("cert.pem"))
            .args(["peer.example", "sender@client.example", "box@peer.example"])
            .stdin(std::fs::File::open(&path).unwrap())
            .output()
            .unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        String::from_utf8_lossy(&output.stdout).replace('\0', "|")
    }

    /// Whether the server's TLS works at all, asked of another client: OpenSMTPD 6.8 of Debian 12 loses its key with OpenSSL 3.
    fn has_tls(&self) -> bool {
        let script = format!(
            "printf 'QUIT\\r\\n' | timeout 20 openssl s_client -starttls smtp -connect 127.0.0.1:{} 2>&1",
            self.a
        );
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("CONNECTED"), "{said}");
        !said.contains("alert internal error")
    }
}

fn route(host: &str, port: u16) -> String {
    format!(":{host}:{port}\n")
}

impl Drop for Mailer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// A certificate for 127.0.0.1 that is its own authority.
fn certificate(home: &Path) {
    let status = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args([
            "-subj",
            "/CN=mx.peer.example",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(home.join("key.pem"))
        .arg("-out")
        .arg(home.join("cert.pem"))
        .stderr(Stdio::null())
        .status();
    assert!(status.expect("openssl cannot be run").success());
}

/// Everything that is asked of each server.
fn all(kind: &Kind) {
    let mailer = Mailer::start(kind);
    let plain = route("127.0.0.1", mailer.a);
    let in_clear = [("smtproutes", plain.as_str()), ("tlspolicy", ":none\n")];
    let encrypted = [("smtproutes", plain.as_str()), ("tlspolicy", ":verify\n")];

    let has_tls = mailer.has_tls();
    assert!(has_tls || kind.may_lack_tls, "{}", mailer.log());
    let opportunistic = [("smtproutes", plain.as_str())];
    let ways: &[&[(&str, &str)]] = match has_tls {
        true => &[&in_clear, &encrypted],
        // A handshake that fails is followed by clear text, unless more is demanded.
        false => &[&in_clear, &opportunistic],
    };
    if !has_tls {
        let report = mailer.deliver(&encrypted, b"Subject: never in clear\n\n");
        assert!(report.starts_with('Z'), "{report}");
        mailer.wait_for(0);
    }

    // What is stored is what was meant, in clear and inside TLS.
    for control in ways {
        for message in messages() {
            if !kind.keeps_nul && message.bytes.contains(&0) {
                continue;
            }
            mailer.forget();
            let report = mailer.deliver(control, &message.bytes);
            let wanted = match &message.wanted {
                Wanted::Stored(wanted) => wanted,
                Wanted::Refused => {
                    assert!(report.contains("|D"), "{}: {report}", message.name);
                    mailer.wait_for(0);
                    continue;
                }
                // A server may say no, but not store something else.
                Wanted::StoredOrRefused(wanted) => {
                    if !report.starts_with("r|K") {
                        assert!(report.contains("|D"), "{}: {report}", message.name);
                        mailer.wait_for(0);
                        continue;
                    }
                    wanted
                }
            };
            assert!(report.starts_with("r|K"), "{}: {report}", message.name);
            let stored = mailer.wait_for(1);
            assert!(
                stored[0].ends_with(wanted),
                "{} of {}: {} is not {}",
                message.name,
                kind.package,
                tail(&stored[0], wanted.len()),
                tail(wanted, wanted.len())
            );
        }
    }

    // A message in a message stays in it, or is refused whole.
    for (name, bytes) in smuggled() {
        mailer.forget();
        let report = mailer.deliver(&in_clear, &bytes);
        let taken = usize::from(report.starts_with("r|K"));
        assert!(taken == 1 || report.contains("|D"), "{name}: {report}");
        for stored in mailer.wait_for(taken) {
            assert!(
                memchr::memmem::find(&stored, b"smuggled").is_some(),
                "{name}: it was cut off"
            );
        }
    }

    // IPv6.
    mailer.forget();
    let v6 = route("[::1]", mailer.a);
    let report = mailer.deliver(&[("smtproutes", &v6)], b"Subject: six\n\nsix\n");
    assert!(report.starts_with("r|K::1 accepted message."), "{report}");
    mailer.wait_for(1);

    if !has_tls {
        return;
    }
    // TLS and a password are demanded.
    mailer.forget();
    let demanding = route("127.0.0.1", mailer.b);
    let hello = &[HEADER, b"Subject: hello\n\nhello\n"].concat();
    for (control, password) in [
        (":none\n", None),
        (":verify\n", None),
        (":verify\n", Some("wrong")),
    ] {
        let senders = password.map_or(String::new(), |p| {
            format!("@client.example:127.0.0.1:{}|joe|{p}\n", mailer.b)
        });
        let report = mailer.deliver(
            &[
                ("smtproutes", &demanding),
                ("tlspolicy", control),
                ("authsenders", &senders),
            ],
            hello,
        );
        assert!(!report.contains('K'), "{report}");
        // A wrong password is the operator's mistake, not the sender's.
        assert!(password.is_none() || report.starts_with('Z'), "{report}");
        assert!(!report.contains("wrong"), "{report}");
    }
    let senders = format!("@client.example:127.0.0.1:{}|joe|s3cret\n", mailer.b);
    let report = mailer.deliver(
        &[("tlspolicy", ":verify\n"), ("authsenders", &senders)],
        hello,
    );
    assert!(report.starts_with("r|K"), "{report}\n{}", mailer.log());
    let stored = mailer.wait_for(1);
    assert!(stored[0].ends_with(hello));
}

/// The end of a message, for people.
fn tail(bytes: &[u8], count: usize) -> String {
    bytes[bytes.len().saturating_sub(count.min(300))..]
        .escape_ascii()
        .to_string()
}

#[test]
fn postfix() {
    all(&POSTFIX);
}

#[test]
fn exim() {
    all(&EXIM);
}

#[test]
fn opensmtpd() {
    all(&OPENSMTPD);
}
