//! Servers on loopback that take every message and keep none: `smtp-sink` in clear, and one that speaks TLS.

#![allow(dead_code)]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Debian's `smtp-sink` on a port of its own; ended when dropped.
pub struct Sink {
    child: Child,
    pub port: u16,
}

impl Sink {
    pub fn start() -> Self {
        // Whoever asks for port 0 is given a free one, which is left to the sink.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let user: &[&str] = match rustix::process::geteuid().is_root() {
            true => &["-u", "nobody"],
            false => &[],
        };
        let child = Command::new("smtp-sink")
            // As root it wants to be told who it shall be instead; anybody else cannot be told.
            .args(if rustix::process::geteuid().is_root() {
                &["-u", "nobody"][..]
            } else {
                &[]
            })
            // As root it must be told who it shall be; nobody else may tell it.
            .args(user)
            .args([&format!("127.0.0.1:{port}"), "256"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink (Debian package postfix)");
        let sink = Sink { child, port };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        sink
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server with STARTTLS and a certificate of nobody's, in threads of this program; returns its port. `dir` takes the
/// certificate.
pub fn tls(dir: &Path) -> u16 {
    let (key, certificate) = (dir.join("key.pem"), dir.join("certificate.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args([
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=mx.example",
            "-keyout",
        ])
        .args([&key, Path::new("-out"), &certificate])
        .stderr(Stdio::null())
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "openssl made no certificate"
    );
    let chain = CertificateDer::from_pem_slice(&fs::read(&certificate).expect("a certificate"));
    let key = PrivateKeyDer::from_pem_slice(&fs::read(&key).expect("a key")).expect("PEM");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![chain.expect("PEM")], key)
        .expect("a certificate and its key");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || serve(stream, config));
        }
    });
    port
}

/// Clear text up to STARTTLS, then the same inside.
fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut clear = BufReader::new(stream);
    clear.get_mut().write_all(b"220 sink.example ESMTP\r\n")?;
    if !talk(&mut clear, true)? {
        return Ok(());
    }
    let tls = ServerConnection::new(config).map_err(std::io::Error::other)?;
    talk(
        &mut BufReader::new(StreamOwned::new(tls, clear.into_inner())),
        false,
    )?;
    Ok(())
}

/// Takes one command after the other; true when TLS is to begin.
fn talk<S: Read + Write>(lines: &mut BufReader<S>, clear: bool) -> std::io::Result<bool> {
    let (mut line, mut data) = (Vec::new(), false);
    loop {
        line.clear();
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(false),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        };
        let reply: &[u8] = match (data, &line[..]) {
            (true, b".\r\n") => b"250 2.0.0 queued\r\n",
            (true, _) => continue,
            (false, b"STARTTLS\r\n") => b"220 go on\r\n",
            (false, b"DATA\r\n") => b"354 go on\r\n",
            (false, b"QUIT\r\n") => return Ok(false),
            (false, line) if clear && line.starts_with(b"EHLO") => {
                b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 0\r\n250 STARTTLS\r\n"
            }
            (false, line) if line.starts_with(b"EHLO") => {
                b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n"
            }
            (false, _) => b"250 2.0.0 ok\r\n",
        };
        data = reply.starts_with(b"354");
        lines.get_mut().write_all(reply)?;
        lines.get_mut().flush()?;
        if reply.starts_with(b"220") {
            return Ok(true);
        }
    }
}
