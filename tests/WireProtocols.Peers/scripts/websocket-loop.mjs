export default async (WebSocket, url) => {
  // The interface of browsers: whether nobody listens cannot be told from a handshake that failed. Whoever starts this ends it.
  for (;;) {
    await new Promise(done => {
      const socket = new WebSocket(url, ['chat', 'superchat']);
      socket.binaryType = 'arraybuffer';
      socket.onmessage = event => socket.send(event.data);
      socket.onerror = () => {};
      socket.onclose = () => setTimeout(done);
    });
  }
};
