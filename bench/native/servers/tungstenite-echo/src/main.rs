//! An echo on tokio and tungstenite: one thread, no compression.
//!
//!     tungstenite-echo [PORT]
//!
//! It says on its first line where it listens and ends with its input.
use futures_util::{future, StreamExt, TryStreamExt};
use std::io::Read;
use tokio::net::{TcpListener, TcpStream};

async fn echo(socket: TcpStream) {
    let _ = socket.set_nodelay(true);
    if let Ok(connection) = tokio_tungstenite::accept_async(socket).await {
        let (output, input) = connection.split();
        let _ = input
            .try_filter(|message| future::ready(message.is_text() || message.is_binary()))
            .forward(output)
            .await;
    }
}

fn main() {
    std::thread::spawn(|| {
        let mut ignored = [0; 256];
        while matches!(std::io::stdin().read(&mut ignored), Ok(count) if count > 0) {}
        std::process::exit(0);
    });
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".into());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
        println!("ws://{}/", listener.local_addr().unwrap());
        loop {
            if let Ok((socket, _)) = listener.accept().await {
                tokio::task::spawn_local(echo(socket));
            }
        }
    });
}
