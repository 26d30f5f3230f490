//! rustls as mail uses it; no other file knows which library it is, but for the connection.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::policy::Policy;

/// How TLS is spoken under `policy`: with the authorities of this system for [`Policy::Verify`], with anybody otherwise.
///
/// # Errors
/// Says in a clause why no certificate can be checked.
pub(super) fn config(policy: Policy) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    let config = if policy == Policy::Verify {
        builder
            .with_root_certificates(roots()?)
            .with_no_client_auth()
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth()
    };
    Ok(Arc::new(config))
}

/// The authorities of this system, or of the file that `SSL_CERT_FILE` names.
fn roots() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(match found.errors.first() {
            Some(error) => format!("no certificate authority can be read: {error}"),
            None => "this system knows no certificate authority".to_owned(),
        });
    }
    Ok(roots)
}

/// The name that a server must have: the host that was looked up, or its address when none was.
pub(super) fn server_name(host: &str, ip: IpAddr) -> ServerName<'static> {
    ServerName::try_from(host.to_owned()).unwrap_or_else(|_| ServerName::IpAddress(ip.into()))
}

/// Takes every certificate. Opportunistic TLS hides mail from those who listen, not from those who answer in the server's
/// place; refusing an odd certificate would only send the mail in clear (RFC 7435, 3). The usual verifier would refuse even
/// to look at a certificate that is an authority of its own, which is what many servers show.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_servers() {
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        assert_eq!(
            server_name("mx.example", ip),
            ServerName::try_from("mx.example").unwrap()
        );
        assert_eq!(
            server_name("192.0.2.1", ip),
            ServerName::IpAddress(ip.into())
        );
        assert_eq!(server_name("a..b", ip), ServerName::IpAddress(ip.into()));
    }

    #[test]
    fn anybody_needs_no_authority() {
        assert!(config(Policy::May).is_ok());
    }
}
