// The SCTP and the data channels of npm werift over bare UDP: no ICE, no DTLS. Every message of a channel that the other side opens is sent back.
// usage: node data-channels.mjs PORT client|server
//   Talks to 127.0.0.1:PORT. A client sends INIT, and opens a channel "from werift" with a message as soon as there is an association.
//   A line of stdin that says `open` opens one as well; `stop` ends it.
import dgram from 'node:dgram';
import readline from 'node:readline';
import { RTCDataChannel, RTCDataChannelParameters, RTCSctpTransport } from 'werift';

const [port, role] = process.argv.slice(2);
const socket = dgram.createSocket('udp4');
const carrier = {
  id: 'udp',
  state: 'connected',
  iceTransport: { role: role === 'client' ? 'controlling' : 'controlled' },
  onStateChange: { subscribe: () => ({ unSubscribe() {} }) },
  dataReceiver: undefined,
  sendData: async bytes => { socket.send(bytes, Number(port), '127.0.0.1'); },
};
const sctp = new RTCSctpTransport(5000);
sctp.setDtlsTransport(carrier);
socket.on('message', bytes => carrier.dataReceiver?.(bytes));

sctp.onDataChannel.subscribe(channel => {
  console.log(`opened ${channel.id} ${channel.label} ${channel.protocol} ordered=${channel.ordered} rexmit=${channel.maxRetransmits}`);
  // An empty message is not sent back: werift counts it and sends nothing, and an ordered channel waits for it for good.
  channel.onMessage.subscribe(message => message.length > 0 ? channel.send(message) : console.log(`empty ${channel.id} ${typeof message}`));
  channel.stateChanged.subscribe(state => console.log(`state ${channel.id} ${state}`));
});

function open() {
  const channel = new RTCDataChannel(sctp, new RTCDataChannelParameters({ label: 'from werift', protocol: 'p', ordered: true }));
  channel.stateChanged.subscribe(state => {
    console.log(`state own ${state}`);
    if (state === 'open') {
      channel.send('hello');
    }
  });
  channel.onMessage.subscribe(message => console.log(`got ${message}`));
}

socket.bind(0, '127.0.0.1', async () => {
  console.log(`port ${socket.address().port}`);
  await sctp.start(5000);
  if (role === 'client') {
    sctp.sctp.stateChanged.connected.subscribe(open);
  }
});
readline.createInterface({ input: process.stdin }).on('line', line => {
  if (line === 'open') {
    open();
  } else if (line === 'stop') {
    process.exit(0);
  }
});
process.stdin.on('end', () => process.exit(0));
