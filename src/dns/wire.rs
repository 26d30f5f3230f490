//! What hickory received, sorted into answers and errors.

use hickory_resolver::net::{DnsError as Negative, NetError};
use hickory_resolver::proto::op::{DnsResponse, ResponseCode};
use hickory_resolver::proto::rr::{Name, Record};

use super::DnsError;

/// What a server said: records, and whether the last name of the chain exists.
pub(super) struct Answer {
    /// The answer section.
    pub(super) records: Vec<Record>,
    /// False for NXDOMAIN, which speaks of the end of a chain of aliases (RFC 2308, 2.1).
    pub(super) exists: bool,
}

/// A name as zone files print it, in lower case, without a final dot: a dot inside a label is `\.`, and a byte that is not
/// printable `\DDD` in decimal (RFC 1035, 5.1; hickory's own printer writes octal).
pub(super) fn text(name: &Name) -> String {
    let mut text = String::new();
    for label in name.iter() {
        if !text.is_empty() {
            text.push('.');
        }
        for &byte in label {
            match byte {
                b'.' | b'\\' => {
                    text.push('\\');
                    text.push(char::from(byte));
                }
                b'!'..=b'~' => text.push(char::from(byte.to_ascii_lowercase())),
                byte => text.push_str(&format!("\\{byte:03}")),
            }
        }
    }
    text
}

/// True for the answers that servers from before EDNS give to a query with it (RFC 6891, 7).
pub(super) fn is_before_edns(response: &Result<DnsResponse, NetError>) -> bool {
    matches!(
        response,
        Err(NetError::Dns(Negative::ResponseCode(
            ResponseCode::FormErr | ResponseCode::NotImp
        )))
    )
}

/// Sorts hickory's outcomes: an answer without any record is an error there, whatever its response code.
pub(super) fn read(response: Result<DnsResponse, NetError>) -> Result<Answer, DnsError> {
    let none = |exists| Answer {
        records: Vec::new(),
        exists,
    };
    match response {
        Ok(response) => match response.response_code {
            code @ (ResponseCode::NoError | ResponseCode::NXDomain) => Ok(Answer {
                records: response.into_message().answers,
                exists: code == ResponseCode::NoError,
            }),
            code => Err(unexpected(code)),
        },
        Err(NetError::Dns(Negative::NoRecordsFound(found))) => match found.response_code {
            ResponseCode::NXDomain => Ok(none(false)),
            // A referral says nothing about the name: taken for "no data", mail would fall back to an A record.
            ResponseCode::NoError if found.ns.is_some() && found.soa.is_none() => {
                Err(DnsError::Other(
                    "the name server only refers to others, it does not resolve".to_owned(),
                ))
            }
            ResponseCode::NoError => Ok(none(true)),
            code => Err(unexpected(code)),
        },
        Err(NetError::Dns(Negative::ResponseCode(code))) => Err(unexpected(code)),
        Err(NetError::Timeout) => Err(DnsError::Timeout),
        Err(NetError::Truncated) => Err(DnsError::Truncated),
        Err(other) => Err(DnsError::Other(other.to_string())),
    }
}

fn unexpected(code: ResponseCode) -> DnsError {
    match code {
        ResponseCode::ServFail => DnsError::ServFail,
        ResponseCode::Refused => DnsError::Refused,
        code => DnsError::Other(format!("the name server answered {code}")),
    }
}
