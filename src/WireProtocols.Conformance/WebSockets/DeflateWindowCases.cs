using System.Globalization;
using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Every pair of windows, each with one of the four kinds of takeover: what was agreed on is kept to both ways.</summary>
internal sealed class DeflateWindowCases(WebSocketSubject subject)
{
    private static readonly ConformanceRule Rule = ConformanceRule.Must(
        "RFC 7692 §7.1.2, §7.2.1",
        "If the \"agreed parameters\" contain the \"server_max_window_bits\" extension parameter with a value of w, the server MUST NOT use an "
            + "LZ77 sliding window longer than the w-th power of 2 bytes to compress messages to send.",
        "Give the deflater the window that was agreed on for its direction, and the inflater that of the other direction.");

    public IEnumerable<ConformanceCase> All
        => Enumerable.Range(9, 7).SelectMany(server => Enumerable.Range(9, 7).Select(client => Case(server, client)));

    private ConformanceCase Case(int server, int client)
        => subject.Case(string.Create(CultureInfo.InvariantCulture, $"deflate/windows/{server}-{client}"), Rule, "the same messages", async context =>
        {
            string takeover = ((server + client) % 4) switch
            {
                0 => "",
                1 => "; server_no_context_takeover",
                2 => "; client_no_context_takeover",
                _ => "; server_no_context_takeover; client_no_context_takeover",
            };
            (WebSocketPeer peer, DeflateTerms agreed) = await subject.OpenDeflateAsync(
                context,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"permessage-deflate{takeover}; server_max_window_bits={server}; client_max_window_bits={client}"));
            await using (peer)
            {
                // The longest reference that the window has, inside a message.
                byte[] noise = DeflateCases.Noise(1 << agreed.OwnBits);
                byte[] far = new DeflateText().Store(noise, false).Begin(false).Copy(3, noise.Length).EndBlock().Sync();
                byte[] text = DeflateCases.Text(40_000);
                Task sending = Task.Run(() => peer.SendAsync(new ProbeFrame(2, far, Rsv: 4), Text(text), Text(text), new ProbeFrame(2, far, Rsv: 4)));
                byte[] whole = [.. noise, .. noise[..3]];
                return await EchoPlay.ReceiveAsync(peer, [(false, whole), (true, text), (true, text), (false, whole)], [])
                    ?? await EchoPlay.RunAsync(peer, [Text("and after")])
                    ?? ConformanceFinding.Pass("the same messages");
            }
        });
}
