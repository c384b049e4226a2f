// vscode-jsonrpc on stdin and stdout: echoes parameters, notifies back, and calls what the other side has.
import rpc from 'vscode-jsonrpc/node';

const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = rpc;
const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
connection.onRequest('echo', (params) => params);
connection.onRequest('ask', (question) => connection.sendRequest('answer', question));
connection.onNotification('note', (params) => connection.sendNotification('noted', params));
connection.onClose(() => process.exit(0));
connection.onError(([error]) => {
  console.error(error.message);
  process.exit(1);
});
connection.listen();
