using System.Text;
using WireProtocols.Differential;

using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
await using StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
await PeerRun.RunAsync(args is ["net-sse"] ? new NetEventPeer() : new NetJsonPeer(), input, output);
