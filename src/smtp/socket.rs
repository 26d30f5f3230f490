//! A TCP connection with a time-out for each wait and a deadline for all.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, Protocol, Type};

/// Longest single wait that `poll` is asked for.
const DAY: Duration = Duration::from_secs(86_400);

/// Reading and writing block, but no longer than `timeout` without progress, and never beyond `deadline`.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    timeout: Duration,
    deadline: Instant,
}

impl Socket {
    /// Connects, from `source` when the address is an IPv4 one.
    ///
    /// # Errors
    /// The system's; `TimedOut` after `patience`.
    pub fn connect(
        address: SocketAddr,
        source: Option<Ipv4Addr>,
        patience: Duration,
        timeout: Duration,
        deadline: Instant,
    ) -> io::Result<Self> {
        let domain = Domain::for_address(address);
        let socket = socket2::Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        if let (Some(source), SocketAddr::V4(_)) = (source, address) {
            socket.bind(&SocketAddr::new(IpAddr::V4(source), 0).into())?;
        }
        // Zero would be refused; the shortest wait gives up at once, as `timeoutconn` does.
        let patience = patience.clamp(Duration::from_millis(1), DAY);
        socket.connect_timeout(&address.into(), patience)?;
        // A command must not wait for the acknowledgement of the one before it (Nagle).
        socket.set_tcp_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Socket {
            stream: socket.into(),
            timeout,
            deadline,
        })
    }

    /// Reads what is there, without waiting: `None` when nothing is, 0 at the end.
    pub fn read_now(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        now(|| self.stream.read(into))
    }

    /// Writes what fits, without waiting.
    pub fn write_now(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        now(|| self.stream.write(bytes))
    }

    /// Allows so much more time in all.
    pub fn extend(&mut self, by: Duration) {
        self.deadline += by.min(DAY);
    }

    /// Waits until something of what is asked for can be done.
    ///
    /// # Errors
    /// `TimedOut`, and the system's.
    pub fn wait(&self, read: bool, write: bool) -> io::Result<()> {
        let start = Instant::now();
        let end = (start + self.timeout.min(DAY)).min(self.deadline);
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, read);
        flags.set(PollFlags::OUT, write);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let time = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            let mut fds = [PollFd::new(&self.stream, flags)];
            match poll(&mut fds, Some(&time)) {
                Ok(0) if left.is_zero() => return Err(ErrorKind::TimedOut.into()),
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn now(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<Option<usize>> {
    loop {
        match call() {
            Ok(done) => return Ok(Some(done)),
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if Instant::now() >= self.deadline {
                return Err(ErrorKind::TimedOut.into());
            }
            if let Some(read) = self.read_now(into)? {
                return Ok(read);
            }
            self.wait(true, false)?;
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            if let Some(written) = self.write_now(bytes)? {
                return Ok(written);
            }
            self.wait(false, true)?;
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
