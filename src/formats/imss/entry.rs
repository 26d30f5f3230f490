//! How the mail of a key is delivered, as it is written.

use std::net::{IpAddr, Ipv4Addr};

use crate::model::{
    Action, Choice, Feature, Hop, HopLookup, Literal, LiteralRule, Password, Port, Protocol,
    StatedCredentials, parse_literal,
};
use crate::source::Text;

/// The method of a key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Method {
    /// To smart hosts in turn.
    Smart(Vec<SmartHost>),
    /// By DNS, asked of these name servers; of the system's when there are none.
    Dns(Vec<Ipv4Addr>),
}

/// A smart host.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct SmartHost {
    /// Its name in small letters, or its address.
    pub host: Vec<u8>,
    pub port: u16,
    /// User and password, where they are used.
    pub login: Option<(Vec<u8>, Vec<u8>)>,
}

/// What cannot be written, and what it is an example of.
pub(super) type Lost = (Feature, &'static str);

impl Method {
    /// The method that `action` is, a relay; `rule` says which hosts are addresses.
    ///
    /// # Errors
    /// What no method says.
    pub fn of<'d>(
        action: &Action,
        rule: LiteralRule,
        bytes: impl Fn(Text) -> &'d [u8],
    ) -> Result<Self, Lost> {
        let Action::Relay {
            choice,
            hops,
            resolvers,
            ..
        } = action
        else {
            return Err((Feature::Static, "what is no relay"));
        };
        if hops.iter().any(|hop| hop.disabled) {
            return Err((Feature::Disabled, "a host that is switched off"));
        }
        if let [hop] = hops.as_slice()
            && hop.lookup == HopLookup::OwnMx
        {
            return Method::by_dns(hop, resolvers, bytes);
        }
        if hops.len() > 1 {
            match choice {
                Choice::RoundRobin => {}
                Choice::InOrder | Choice::ByPreference => {
                    return Err((Feature::Preference, "an order of several hosts"));
                }
                Choice::OneAtRandom => {
                    return Err((Feature::Random, "one host at random without another try"));
                }
            }
        }
        if !resolvers.is_empty() {
            return Err((Feature::Static, "name servers beside smart hosts"));
        }
        let hosts = hops.iter().map(|hop| SmartHost::of(hop, rule, &bytes));
        let hosts: Vec<SmartHost> = hosts.collect::<Result<_, _>>()?;
        match hosts.is_empty() {
            true => Err((Feature::Static, "a relay without hosts")),
            false => Ok(Method::Smart(hosts)),
        }
    }

    fn by_dns<'d>(
        hop: &Hop,
        resolvers: &[Text],
        bytes: impl Fn(Text) -> &'d [u8],
    ) -> Result<Self, Lost> {
        if hop
            .port
            .is_some_and(|port| port.wire() != Port::SMTP.wire())
        {
            return Err((Feature::Port, "another port than 25 of an MX"));
        }
        if hop.credentials.is_some() {
            return Err((Feature::Credentials, "credentials for an MX"));
        }
        if hop.protocol != Protocol::Smtp {
            return Err((Feature::Static, "another protocol than SMTP"));
        }
        let address = |text: &Text| std::str::from_utf8(bytes(*text)).ok()?.parse().ok();
        let all: Option<Vec<Ipv4Addr>> = resolvers.iter().map(address).collect();
        all.map(Method::Dns)
            .ok_or((Feature::OwnMx, "a name server without IPv4 address"))
    }
}

impl SmartHost {
    fn of<'d>(
        hop: &Hop,
        rule: LiteralRule,
        bytes: &impl Fn(Text) -> &'d [u8],
    ) -> Result<Self, Lost> {
        if hop.protocol != Protocol::Smtp {
            return Err((Feature::Static, "another protocol than SMTP"));
        }
        let text = match hop.lookup {
            HopLookup::Address(text) => bytes(text),
            HopLookup::MxOf(_) => return Err((Feature::NamedMx, "the MX of a name")),
            HopLookup::OwnMx => {
                return Err((
                    Feature::OwnMx,
                    "the MX of the recipient's domain among hosts",
                ));
            }
        };
        let host = match (
            parse_literal(rule, text),
            parse_literal(LiteralRule::Plain, text),
        ) {
            (Literal::Address(IpAddr::V4(address)), _) => address.to_string().into_bytes(),
            (Literal::Address(IpAddr::V6(_)), _) => {
                return Err((Feature::Static, "an IPv6 address"));
            }
            (Literal::Name, Literal::Name) => text.to_ascii_lowercase(),
            _ => return Err((Feature::Static, "a host that the product takes for another")),
        };
        Ok(SmartHost {
            host,
            port: hop.port.unwrap_or(Port::SMTP).wire(),
            login: match hop.credentials {
                Some(stated) => Some(login(stated, bytes)?),
                None => None,
            },
        })
    }

    /// The value of `SmartHostN`.
    pub fn value(&self) -> Vec<u8> {
        let mut value = self.host.clone();
        value.extend_from_slice(format!(":{}", self.port).as_bytes());
        if let Some((user, password)) = &self.login {
            value.extend_from_slice(b":1:");
            value.extend_from_slice(user);
            value.push(b':');
            value.extend_from_slice(password);
        }
        value
    }
}

fn login<'d>(
    stated: StatedCredentials,
    bytes: &impl Fn(Text) -> &'d [u8],
) -> Result<(Vec<u8>, Vec<u8>), Lost> {
    let Password::Stated(password) = stated.password else {
        return Err((
            Feature::Credentials,
            "a password that does not stand in its route",
        ));
    };
    let (user, password) = (bytes(stated.user), bytes(password.expose()));
    if user.contains(&b':') {
        return Err((Feature::Credentials, "a user with a colon"));
    }
    Ok((user.to_vec(), password.to_vec()))
}
