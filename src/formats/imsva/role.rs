//! What values in an unknown file are taken for.

use super::super::options::Assumed;
use super::path::Path;

/// What a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Recipient,
    Method,
    Mx,
    MxPort,
    Server,
    Port,
    Preference,
    Enabled,
    Disabled,
}

impl Role {
    /// All roles, in the order in which a map states them.
    pub const ALL: [Role; 9] = [
        Role::Recipient,
        Role::Method,
        Role::Mx,
        Role::MxPort,
        Role::Server,
        Role::Port,
        Role::Preference,
        Role::Enabled,
        Role::Disabled,
    ];

    /// The key in a map.
    pub fn key(self) -> &'static str {
        match self {
            Role::Recipient => "recipient",
            Role::Method => "method",
            Role::Mx => "mx",
            Role::MxPort => "mx.port",
            Role::Server => "server",
            Role::Port => "port",
            Role::Preference => "preference",
            Role::Enabled => "enabled",
            Role::Disabled => "disabled",
        }
    }

    /// What a name says: without regard to case, `_`, `-`, `.` and a prefix.
    pub fn of(name: &[u8]) -> Option<Role> {
        let local = name.rsplit(|&b| b == b':').next().unwrap_or(name);
        let plain: Vec<u8> = local
            .iter()
            .filter(|b| !matches!(b, b'_' | b'-' | b'.'))
            .map(u8::to_ascii_lowercase)
            .collect();
        Some(match plain.as_slice() {
            b"recipient" | b"rcpt" | b"rcptaddress" | b"domain" | b"domainname"
            | b"domainoremail" | b"domainoraddress" | b"destinationdomain" => Role::Recipient,
            b"method" | b"deliverymethod" | b"deliverytype" | b"type" | b"routetype"
            | b"usemethod" => Role::Method,
            b"mx" | b"mxname" | b"mxrecord" | b"mxrecordname" => Role::Mx,
            b"mxport" => Role::MxPort,
            b"server" | b"serveraddress" | b"host" | b"hostname" | b"ip" | b"ipaddress"
            | b"address" | b"addr" | b"destination" | b"destserver" | b"smarthost" | b"fqdn" => {
                Role::Server
            }
            b"port" => Role::Port,
            b"preference" | b"pref" | b"priority" | b"prio" => Role::Preference,
            b"enable" | b"enabled" | b"active" | b"status" => Role::Enabled,
            b"disabled" => Role::Disabled,
            _ => return None,
        })
    }

    /// What the attribute `name` of the element `element` says. `name` and `value` say nothing alone: the element does.
    pub fn of_attribute(element: &[u8], name: &[u8]) -> Option<Role> {
        Role::of(name).or_else(|| {
            let plain = name.eq_ignore_ascii_case(b"name") || name.eq_ignore_ascii_case(b"value");
            Role::of(element).filter(|role| plain && matches!(role, Role::Mx | Role::Server))
        })
    }
}

/// Where everything stands, and what codes mean.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleMap {
    /// The elements that hold one record each, from the root on.
    pub records: Vec<Vec<Vec<u8>>>,
    paths: [Option<Path>; Role::ALL.len()],
    /// Texts that mean static servers, MX records, yes and no.
    pub codes: [Option<String>; 4],
}

/// The keys of [`RoleMap::codes`].
pub(super) const CODES: [&str; 4] = [
    "method.static",
    "method.mx",
    "enabled.true",
    "enabled.false",
];

impl RoleMap {
    /// What the user says.
    pub fn given(assumed: &Assumed<'_>) -> Self {
        let mut map = RoleMap {
            codes: CODES.map(|key| assumed.given(key).map(str::to_owned)),
            ..RoleMap::default()
        };
        if let Some(record) = assumed.given("record") {
            let all = record
                .split(',')
                .map(|text| Path::new(text.trim()).elements);
            map.records = all.filter(|path| !path.is_empty()).collect();
        }
        for role in Role::ALL {
            map.set(role, assumed.given(role.key()).map(Path::new));
        }
        map
    }

    /// Where `role` stands.
    pub fn path(&self, role: Role) -> Option<&Path> {
        self.paths[role as usize].as_ref()
    }

    /// Sets where `role` stands.
    pub fn set(&mut self, role: Role, path: Option<Path>) {
        self.paths[role as usize] = path;
    }

    /// True when it says all that a record needs.
    pub fn is_complete(&self) -> bool {
        !self.records.is_empty()
            && self.path(Role::Recipient).is_some()
            && (self.path(Role::Server).is_some() || self.path(Role::Mx).is_some())
    }

    /// The element that holds one server: the one around its address and what else is said of it.
    pub fn server_holder(&self) -> Vec<Vec<u8>> {
        let Some(server) = self.path(Role::Server) else {
            return Vec::new();
        };
        if server.attribute.is_some() {
            return server.elements.clone();
        }
        let around = server.holder();
        let of_server = [Role::Port, Role::Preference, Role::Enabled, Role::Disabled];
        let mut paths = of_server.iter().filter_map(|role| self.path(*role));
        // What stands in the element of the address itself belongs to it alone.
        let beside = paths.any(|path| {
            path.holder() != server.elements.as_slice() && path.elements.starts_with(around)
        });
        match beside {
            true => around.to_vec(),
            false => server.elements.clone(),
        }
    }

    /// As options that state it: `--assume record=…`.
    pub fn as_options(&self) -> String {
        let mut out = Vec::new();
        let records: Vec<String> = self.records.iter().map(|path| join(path)).collect();
        if !records.is_empty() {
            out.push(format!("--assume record={}", records.join(",")));
        }
        for role in Role::ALL {
            if let Some(path) = self.path(role) {
                out.push(format!("--assume {}={path}", role.key()));
            }
        }
        for (key, text) in CODES.iter().zip(&self.codes) {
            if let Some(text) = text {
                out.push(format!("--assume {key}='{text}'"));
            }
        }
        out.join(" ")
    }
}

/// Elements, written as a path.
pub(super) fn join(elements: &[Vec<u8>]) -> String {
    let path = Path {
        elements: elements.to_vec(),
        attribute: None,
    };
    path.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_are() {
        for (name, role) in [
            ("domain_or_email", Some(Role::Recipient)),
            ("Delivery-Method", Some(Role::Method)),
            ("tm:IPAddress", Some(Role::Server)),
            ("Prio", Some(Role::Preference)),
            ("weight_hint", None),
            ("name", None),
        ] {
            assert_eq!(Role::of(name.as_bytes()), role, "{name}");
        }
        assert_eq!(Role::of_attribute(b"mx_record", b"name"), Some(Role::Mx));
        assert_eq!(Role::of_attribute(b"entry", b"name"), None);
    }

    #[test]
    fn servers_are_held_by_what_says_more_of_them() {
        let holder = |server: &str, port: &str| {
            let mut map = RoleMap::default();
            map.set(Role::Server, Some(Path::new(server)));
            map.set(Role::Port, Some(Path::new(port)));
            join(&map.server_holder())
        };
        assert_eq!(holder("dest@ip", "dest@port"), "dest");
        assert_eq!(holder("Server/Address", "Server/Port"), "Server");
        assert_eq!(holder("Server/Address", "Server@port"), "Server");
        assert_eq!(holder("Server", "Server@port"), "Server");
        assert_eq!(holder("Host", "Port"), "");
    }
}
