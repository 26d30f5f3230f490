//! A connection that speaks lines, in clear or inside TLS.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Stream};

use super::reply::{Reply, ReplyParser};
use super::socket::Socket;

/// Bytes read at once; replies are short.
const READ: usize = 4096;

/// How sending a piece of the message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was sent whole.
    Whole,
    /// The server said something, or hung up, before it was asked.
    Interrupted,
}

/// A connection to a server.
pub(super) struct Connection {
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    /// What was received and belongs to no reply yet.
    input: Vec<u8>,
}

impl Connection {
    pub fn new(socket: Socket) -> Self {
        Connection {
            socket,
            tls: None,
            input: Vec::new(),
        }
    }

    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Begins TLS. Whatever the server sent in clear and nobody has read is thrown away: it must not be taken for something
    /// that was said inside (RFC 3207, 4.2; CVE-2011-0411).
    ///
    /// # Errors
    /// The handshake's.
    pub fn start_tls(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> io::Result<()> {
        self.input.clear();
        let mut tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut self.socket)?;
        }
        self.tls = Some(Box::new(tls));
        Ok(())
    }

    /// Sends `bytes` whole.
    ///
    /// # Errors
    /// The system's, `TimedOut`.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.tls {
            None => self.socket.write_all(bytes),
            Some(tls) => {
                let mut stream = Stream::new(&mut **tls, &mut self.socket);
                stream.write_all(bytes)?;
                stream.flush()
            }
        }
    }

    /// Waits for a reply.
    ///
    /// # Errors
    /// The system's, `TimedOut`, `UnexpectedEof` when the server hangs up, `InvalidData` for a reply without end.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let mut parser = ReplyParser::default();
        loop {
            let pushed = parser.push(&self.input);
            let (used, reply) = pushed.map_err(|e| io::Error::new(ErrorKind::InvalidData, e))?;
            self.input.drain(..used);
            if let Some(reply) = reply {
                return Ok(reply);
            }
            let mut piece = [0; READ];
            let read = match &mut self.tls {
                None => self.socket.read(&mut piece)?,
                Some(tls) => Stream::new(&mut **tls, &mut self.socket).read(&mut piece)?,
            };
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.input.extend_from_slice(&piece[..read]);
        }
    }

    /// Sends a piece of the message, unless the server says something meanwhile.
    ///
    /// # Errors
    /// As [`Connection::send`].
    pub fn send_listening(&mut self, bytes: &[u8]) -> io::Result<Sent> {
        if self.tls.is_some() {
            return self.send_listening_in_tls(bytes);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.hears()? {
                return Ok(Sent::Interrupted);
            }
            match self.socket.write_now(rest)? {
                Some(written) => rest = &rest[written..],
                None => {
                    self.socket.wait(true, true)?;
                }
            }
        }
        Ok(Sent::Whole)
    }

    fn send_listening_in_tls(&mut self, bytes: &[u8]) -> io::Result<Sent> {
        let mut rest = bytes;
        loop {
            // Asked first: what is heard when all is sent is the answer to it.
            if rest.is_empty() && !self.tls.as_ref().is_some_and(|tls| tls.wants_write()) {
                return Ok(Sent::Whole);
            }
            if self.hears()? {
                return Ok(Sent::Interrupted);
            }
            let Some(tls) = &mut self.tls else {
                return Ok(Sent::Whole);
            };
            if !tls.wants_write() {
                // Takes as much as its buffer holds.
                let taken = tls.writer().write(rest)?;
                rest = &rest[taken..];
            }
            let mut now = Now(&mut self.socket);
            match tls.write_tls(&mut now) {
                Ok(_) => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    self.socket.wait(true, true)?;
                }
                Err(e) => return Err(e),
            }
        }
    }

    /// True when the server has said something, or hung up. Never waits.
    fn hears(&mut self) -> io::Result<bool> {
        let mut piece = [0; READ];
        let Some(tls) = &mut self.tls else {
            return Ok(match self.socket.read_now(&mut piece) {
                Ok(None) => !self.input.is_empty(),
                Ok(Some(read)) => {
                    self.input.extend_from_slice(&piece[..read]);
                    true
                }
                Err(_) => true,
            });
        };
        loop {
            match tls.reader().read(&mut piece) {
                Ok(read) => {
                    self.input.extend_from_slice(&piece[..read]);
                    return Ok(true);
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Ok(true),
            }
            match tls.read_tls(&mut Now(&mut self.socket)) {
                Ok(0) => return Ok(true),
                Ok(_) => {
                    tls.process_new_packets().map_err(io::Error::other)?;
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(!self.input.is_empty()),
                Err(_) => return Ok(true),
            }
        }
    }

    /// Allows so much more time in all.
    pub fn extend(&mut self, by: Duration) {
        self.socket.extend(by);
    }

    /// Says good-bye and does not wait for the answer, as in qmail-remote (`quit`).
    pub fn quit(&mut self) {
        let _ = self.send(b"QUIT\r\n");
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            let _ = tls.write_tls(&mut self.socket);
        }
    }
}

/// The socket, never waiting.
struct Now<'s>(&'s mut Socket);

impl Read for Now<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0
            .read_now(into)?
            .ok_or_else(|| ErrorKind::WouldBlock.into())
    }
}

impl Write for Now<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .write_now(bytes)?
            .ok_or_else(|| ErrorKind::WouldBlock.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;

    /// A connection to a server that runs `speak`.
    fn connection(
        timeout: u64,
        deadline: u64,
        speak: impl FnOnce(std::net::TcpStream) + Send + 'static,
    ) -> Connection {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || speak(listener.accept().unwrap().0));
        let timeout = Duration::from_millis(timeout);
        let deadline = Instant::now() + Duration::from_millis(deadline);
        let patience = Duration::from_secs(10);
        Connection::new(Socket::connect(address, None, patience, timeout, deadline).unwrap())
    }

    #[test]
    fn a_server_that_says_a_byte_now_and_then_meets_the_deadline() {
        let start = Instant::now();
        let mut drips = connection(10_000, 300, |mut stream| {
            while stream.write_all(b"2").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        assert_eq!(drips.reply().unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn silence_and_the_end_are_told_apart() {
        let mut silent = connection(100, 10_000, |stream| {
            std::thread::sleep(Duration::from_secs(2));
            drop(stream);
        });
        assert_eq!(silent.reply().unwrap_err().kind(), ErrorKind::TimedOut);
        let mut gone = connection(10_000, 10_000, drop);
        assert_eq!(gone.reply().unwrap_err().kind(), ErrorKind::UnexpectedEof);
        let mut endless = connection(10_000, 10_000, |mut stream| {
            let _ = stream.write_all(&[b'z'; 200_000]);
        });
        assert_eq!(endless.reply().unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn what_follows_a_reply_is_the_next_one() {
        let mut both = connection(10_000, 10_000, |mut stream| {
            stream.write_all(b"220-a\r\n220 b\r\n250 c\r\n").unwrap();
        });
        assert_eq!(both.reply().unwrap().code, Some(220));
        assert_eq!(both.reply().unwrap().text, b"250 c\n");
    }
}
