//! A certificate authority of this installation, for `localhost` and nothing else.
//!
//! It is made at the first start. Whoever trusts it trusts it for names of this machine only: the
//! certificate says so (name constraints, RFC 5280 §4.2.1.10), and its key does not leave the
//! data directory.

use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use lk_base::{Clock, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// A certificate for this machine.
#[derive(Debug)]
pub struct Issued {
    /// The certificate, then its authority's.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
}

/// Where the authority's certificate is, for people and programs who want to trust it.
#[must_use]
pub fn certificate(directory: &Path) -> PathBuf {
    directory.join("local-authority.pem")
}

/// Issues a certificate for `localhost`, the loopback addresses and `hosts`, by the authority in
/// `directory`, which is made when it is missing.
///
/// # Errors
/// The directory cannot be written or what is in it cannot be read.
pub fn issue(directory: &Path, hosts: &[&str], clock: &Clock) -> anyhow::Result<Issued> {
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let (certificate_file, key_file) =
        (certificate(directory), directory.join("local-authority.key"));
    if !certificate_file.exists() || !key_file.exists() {
        make(&certificate_file, &key_file, clock)?;
    }
    let authority_pem = fs::read_to_string(&certificate_file)?;
    let authority_key = KeyPair::from_pem(&fs::read_to_string(&key_file)?)?;
    let issuer = Issuer::new(authority_params(clock), authority_key);

    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    // No `*.localhost`: WebPKI clients refuse a wildcard with one label behind it, and with it the
    // whole certificate.
    let mut names = vec!["localhost".to_owned()];
    names.extend(
        hosts.iter().filter(|host| host.parse::<IpAddr>().is_err()).map(|host| (*host).to_owned()),
    );
    names.sort();
    names.dedup();
    for name in names {
        params.subject_alt_names.push(SanType::DnsName(name.try_into()?));
    }
    for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        params.subject_alt_names.push(SanType::IpAddress(address));
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    // Made anew at every start, so a short life is no burden. With the day before now it is 90 days,
    // the most that Mozilla's "modern" profile lets a certificate live.
    valid(&mut params, clock.now(), 89);
    let key = KeyPair::generate()?;
    let leaf = params.signed_by(&key, &issuer)?;
    let authority = CertificateDer::from_pem_slice(authority_pem.as_bytes())?;
    let key =
        PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Issued { chain: vec![leaf.der().clone(), authority], key })
}

fn valid(params: &mut CertificateParams, now: Timestamp, days: u32) {
    params.not_before = now.minus(DAY).sql();
    params.not_after = now.plus(DAY * days).sql();
}

fn authority_params(clock: &Clock) -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Leadkeep local authority (this machine only)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
            GeneralSubtree::IpAddress(CidrSubnet::V6(Ipv6Addr::LOCALHOST.octets(), [255; 16])),
        ],
        excluded_subtrees: Vec::new(),
    });
    valid(&mut params, clock.now(), 3650);
    params
}

fn make(certificate_file: &Path, key_file: &Path, clock: &Clock) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    let authority = authority_params(clock).self_signed(&key)?;
    let mut secret = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(key_file)?;
    secret.write_all(key.serialize_pem().as_bytes())?;
    fs::write(certificate_file, authority.pem())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_made_once_and_its_key_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory =
            std::env::temp_dir().join(format!("leadkeep-authority-{}", std::process::id()));
        let clock = Clock::system();
        let first = issue(&directory, &["localhost"], &clock).unwrap();
        let second = issue(&directory, &["localhost"], &clock).unwrap();
        assert_eq!(first.chain[1], second.chain[1]);
        assert_ne!(first.chain[0], second.chain[0]);
        let mode =
            fs::metadata(directory.join("local-authority.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(directory).unwrap();
    }
}
