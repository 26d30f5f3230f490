//! How the servers are set up: port `@A@` takes everything, port `@B@` only after STARTTLS and AUTH by `joe`, `s3cret`.

use super::Kind;

/// Postfix asks somebody else about passwords: a program of a few lines that speaks Dovecot's protocol.
pub const POSTFIX: Kind = Kind {
    package: "postfix",
    keeps_nul: true,
    may_lack_tls: false,
    files: &[
        (
            "conf/main.cf",
            "compatibility_level = 3.6
queue_directory = @HOME@/queue
data_directory = @HOME@/data
inet_interfaces = loopback-only
inet_protocols = all
myhostname = mx.peer.example
mydestination =
local_header_rewrite_clients =
virtual_mailbox_domains = peer.example
virtual_mailbox_base = @HOME@/box
virtual_mailbox_maps = static:mail/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
mailbox_size_limit = 0
message_size_limit = 60000000
maillog_file = @HOME@/log
maillog_file_prefixes = /
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_cert_file = @HOME@/cert.pem
smtpd_tls_key_file = @HOME@/key.pem
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = @HOME@/auth
alias_maps =
",
        ),
        (
            "conf/master.cf",
            "127.0.0.1:@A@ inet n - n - - smtpd
[::1]:@A@ inet n - n - - smtpd
127.0.0.1:@B@ inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
",
        ),
        (
            "auth.py",
            "import base64, os, socketserver
class Auth(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b'VERSION\\t1\\t1\\nMECH\\tPLAIN\\tplaintext\\nSPID\\t1\\nCUID\\t1\\nCOOKIE\\t00\\nDONE\\n')
        for line in self.rfile:
            words = line.rstrip(b'\\n').split(b'\\t')
            if words[0] != b'AUTH':
                continue
            given = [w[5:] for w in words if w.startswith(b'resp=')]
            good = given and base64.b64decode(given[0]) == b'\\0joe\\0s3cret'
            self.wfile.write((b'OK\\t%s\\tuser=joe\\n' if good else b'FAIL\\t%s\\n') % words[1])
class Server(socketserver.ThreadingUnixStreamServer):
    pass
server = Server('@HOME@/auth', Auth)
os.chmod('@HOME@/auth', 0o666)
server.serve_forever()
",
        ),
    ],
    start: "mkdir queue data
        (cd queue; mkdir active bounce corrupt defer deferred flush hold incoming private maildrop public pid saved trace)
        chown postfix data queue/active queue/bounce queue/corrupt queue/defer queue/deferred queue/flush queue/hold queue/incoming queue/private queue/saved queue/trace
        chown postfix:postdrop queue/maildrop queue/public
        python3 auth.py &
        exec /usr/lib/postfix/sbin/master -c @HOME@/conf",
};

pub const EXIM: Kind = Kind {
    package: "exim4-daemon-light",
    keeps_nul: true,
    may_lack_tls: false,
    files: &[(
        "etc/exim4/exim4.conf",
        "primary_hostname = mx.peer.example
spool_directory = @HOME@/spool
log_file_path = @HOME@/log/%slog
local_interfaces = <; [127.0.0.1]:@A@ ; [127.0.0.1]:@B@ ; [::1]:@A@
pid_file_path = @HOME@/exim.pid
tls_advertise_hosts = *
tls_certificate = @HOME@/cert.pem
tls_privatekey = @HOME@/key.pem
acl_smtp_rcpt = rcpt
message_size_limit = 60M
host_lookup =
rfc1413_hosts =
keep_environment =
begin acl
rcpt:
  deny condition = ${if eq{$received_port}{@B@}}
    !encrypted = *
  deny condition = ${if eq{$received_port}{@B@}}
    !authenticated = *
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = @HOME@/box
  maildir_format
  create_directory
  user = nobody
  group = nogroup
  check_string =
  escape_string =
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{joe}}{eq{$auth3}{s3cret}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if and{{def:tls_in_cipher}{eq{$received_port}{@B@}}}}
",
    )],
    start: "chmod 644 key.pem
        mkdir spool log; chown Debian-exim:Debian-exim spool log
        exec /usr/sbin/exim4 -bdf -q1m",
};

pub const OPENSMTPD: Kind = Kind {
    package: "opensmtpd",
    keeps_nul: false,
    may_lack_tls: true,
    files: &[(
        "smtpd.conf",
        "pki peer.example cert \"@HOME@/cert.pem\"
pki peer.example key \"@HOME@/key.pem\"
table creds file:@HOME@/creds
smtp max-message-size 60M
listen on 127.0.0.1 port @A@ tls pki peer.example
listen on ::1 port @A@ tls pki peer.example
listen on 127.0.0.1 port @B@ tls-require pki peer.example auth <creds>
table people { \"@\" = \"nobody\" }
action box maildir \"@HOME@/box\" virtual <people>
match from any auth for any action box
match from any for domain peer.example action box
",
    )],
    start: "printf 'joe %s\\n' \"$(openssl passwd -6 s3cret)\" >creds
        chmod 600 key.pem smtpd.conf
        mount -t tmpfs run /run
        mkdir -p spool empty/opensmtpd/empty
        mount -t tmpfs spool /var/spool
        mount --bind empty /var/lib
        mkdir -m 711 /var/spool/smtpd
        exec /usr/sbin/smtpd -d -f @HOME@/smtpd.conf",
};
