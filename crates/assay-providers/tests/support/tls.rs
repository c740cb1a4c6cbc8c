//! A server behind TLS whose certificate no authority of the system vouches for, and a proxy before it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::recorded::{aside_of, read_request};

pub struct TlsServer {
    pub port: u16,
    /// Of the authority that signed its certificate, as PEM.
    pub authority: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TlsServer {
    /// Answers every request with `reply`, under each of `names`, but for those beside answers.
    pub async fn play_beside(
        names: &[&str],
        reply: Vec<u8>,
        aside: &'static [(&'static str, &'static str)],
    ) -> Self {
        let (acceptor, authority) = certified(names);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let (acceptor, reply) = (acceptor.clone(), reply.clone());
                tokio::spawn(async move {
                    // A client that does not trust it goes away.
                    let Ok(mut socket) = acceptor.accept(socket).await else {
                        return;
                    };
                    if let Some(request) = read_request(&mut socket).await {
                        let reply = aside_of(&request, aside).unwrap_or(reply);
                        let _ = socket.write_all(&reply).await;
                        let _ = socket.shutdown().await;
                    }
                });
            }
        });
        Self {
            port,
            authority,
            task,
        }
    }

    /// Passes on to a port of this machine what it is asked under each of `names`.
    pub async fn before(names: &[&str], behind: u16) -> Self {
        let (acceptor, authority) = certified(names);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut socket) = acceptor.accept(socket).await else {
                        return;
                    };
                    let mut there = tokio::net::TcpStream::connect(("127.0.0.1", behind))
                        .await
                        .unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut socket, &mut there).await;
                });
            }
        });
        Self {
            port,
            authority,
            task,
        }
    }

    pub fn write_authority(&self, folder: &Path) -> std::path::PathBuf {
        let path = folder.join("authority.pem");
        std::fs::write(&path, &self.authority).unwrap();
        path
    }
}

/// A certificate for these names, and the authority that signed it, as PEM.
fn certified(names: &[&str]) -> (TlsAcceptor, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = rcgen::CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority_pem)
}

/// A proxy that leads every CONNECT (RFC 9110, section 9.3.6) to one port of this machine.
pub struct Tunnel {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tunnel {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let heard = Arc::clone(&heard);
                tokio::spawn(async move {
                    let mut socket = BufReader::new(socket);
                    let mut line = String::new();
                    let mut first = None;
                    while socket.read_line(&mut line).await.unwrap_or(0) > 2 {
                        first.get_or_insert_with(|| line.trim().to_owned());
                        line.clear();
                    }
                    heard.lock().unwrap().push(first.unwrap_or_default());
                    let mut there = tokio::net::TcpStream::connect(("127.0.0.1", port))
                        .await
                        .unwrap();
                    let _ = socket.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await;
                    let _ = tokio::io::copy_bidirectional(&mut socket, &mut there).await;
                });
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// The first lines of what it was asked.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
