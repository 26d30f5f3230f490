//! What the program says about itself.

/// `--version`.
pub(super) const VERSION: &str = concat!("qroute-remote ", env!("CARGO_PKG_VERSION"), "\n");

/// `--help`.
pub(super) const HELP: &str = "\
Deliver one message by SMTP, in the place of qmail-remote

Usage: qroute-remote HOST SENDER RECIPIENT...

The message is read from standard input; the report for qmail-rspawn goes to standard output: a record that begins with
r, h or s for each recipient and one that begins with K, Z or D for the message, each ended by NUL. The exit status is 0
in every case, 111 when the report cannot be written.

There are no options: host, sender and recipients come from strangers and may begin with `-`. A single argument --help or
--version is answered.

The home is QMAILHOME, else /var/qmail. Control files there:
  me, helohost        the name for EHLO
  smtproutes          routes, in the dialect that smtproutesdialect names (default: qroute)
  authsenders         routes and passwords by sender
  tlspolicy           KEY:none, may, encrypt or verify; keys as in smtproutes
  timeoutconnect      seconds for a connection (60)
  timeoutremote       seconds for each wait (1200)
  outgoingip          the address that IPv4 connections come from
Addresses that did not answer are remembered in queue/lock/tcpto. QROUTE_DNS=IP[:PORT] names another name server.

Examples:
  printf 'Subject: test\\n\\nhello\\n' | qroute-remote example.com me@example.net you@example.com | tr '\\0' '\\n'
  QMAILREMOTE=/usr/local/bin/qroute-remote    # in the environment of notqmail's qmail-start
  qroute-resolve --hosts --sender me@example.net example.com    # where would it connect to?

qroute-remote(8) has all of it.
";
