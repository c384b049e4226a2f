// Two RTCPeerConnections of npm werift, with ICE and DTLS between them, on 127.0.0.1. The one is whole. The other has no SCTP of its own: what its DTLS
// has decrypted goes over UDP to 127.0.0.1:PORT, and what comes from there is encrypted. Every message of a channel that the far side opens is sent back.
// usage: node peer-connection.mjs PORT client|server
//   client: the whole one offers, sends INIT, and opens a channel "from werift" with a message; the far side is the client of DTLS.
//   server: the far side offers and sends INIT, and is the server of DTLS.
//   A line of stdin that says `stop` ends it.
import dgram from 'node:dgram';
import readline from 'node:readline';
import { RTCPeerConnection } from 'werift';

const [port, role] = process.argv.slice(2);
const udp = dgram.createSocket('udp4');
const configuration = { iceServers: [], iceUseIpv6: false, iceInterfaceAddresses: { udp4: '127.0.0.1' }, iceAdditionalHostAddresses: ['127.0.0.1'] };
const whole = new RTCPeerConnection(configuration);
const bare = new RTCPeerConnection(configuration);

whole.onDataChannel.subscribe(channel => {
  console.log(`opened ${channel.id} ${channel.label} ${channel.protocol} ordered=${channel.ordered} rexmit=${channel.maxRetransmits}`);
  // An empty message is not sent back: werift counts it and sends nothing, and an ordered channel waits for it for good.
  channel.onMessage.subscribe(message => message.length > 0 ? channel.send(message) : console.log(`empty ${channel.id} ${typeof message}`));
  channel.stateChanged.subscribe(state => console.log(`state ${channel.id} ${state}`));
});

function open() {
  const channel = whole.createDataChannel('from werift', { protocol: 'p' });
  channel.stateChanged.subscribe(state => {
    console.log(`state own ${state}`);
    if (state === 'open') {
      channel.send('hello');
    }
  });
  channel.onMessage.subscribe(message => console.log(`got ${message}`));
}

// Takes the SCTP out of the bare one, before anything can have come for it.
function relay() {
  const { dtlsTransport } = bare.sctpTransport;
  bare.sctpTransport.start = async () => {};
  bare.sctpTransport.stop = async () => {};
  bare.sctpTransport.sctp.stateChanged.connected.asPromise = async () => {};
  const receive = bytes => udp.send(bytes, Number(port), '127.0.0.1');
  Object.defineProperty(dtlsTransport, 'dataReceiver', { get: () => receive, set: () => {} });
  udp.on('message', bytes => dtlsTransport.sendData(bytes).catch(error => console.log(`lost ${error}`)));
  dtlsTransport.onStateChange.subscribe(state => {
    if (state === 'connected') {
      console.log(`port ${udp.address().port}`);
    }
  });
}

async function connect() {
  const [offers, answers] = role === 'client' ? [whole, bare] : [bare, whole];
  if (role === 'client') {
    open();
  } else {
    bare.createDataChannel('never opened');
    relay();
  }
  await offers.setLocalDescription(await offers.createOffer());
  await answers.setRemoteDescription(offers.localDescription);
  if (role === 'client') {
    relay();
  }
  await answers.setLocalDescription(await answers.createAnswer());
  await offers.setRemoteDescription(answers.localDescription);
}

udp.bind(0, '127.0.0.1', connect);
readline.createInterface({ input: process.stdin }).on('line', line => {
  if (line === 'stop') {
    process.exit(0);
  }
});
process.stdin.on('end', () => process.exit(0));
