using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Messages of many lengths under permessage-deflate, whole and in fragments, for every kind of data and every set of parameters.</summary>
internal sealed class DeflateSizeCases(WebSocketSubject subject)
{
    private const string Name = "permessage-deflate";
    private const string Takes = Name + "; client_no_context_takeover; client_max_window_bits";

    private static readonly ConformanceRule Rule = ConformanceRule.Must(
        "RFC 7692 §7.2.1, §7.2.2",
        "An endpoint uses the following algorithm to compress a message. ... An endpoint uses the following algorithm to "
            + "decompress a message.",
        "Test with long messages, and with fragments.");

    /// <summary>The length of a message and of its fragments.</summary>
    private static readonly (int Length, int Fragment)[] Variants =
    [
        .. new[] { 16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072 }.Select(l => (l, int.MaxValue)),
        .. new[] { 8192, 16384, 32768, 65536, 131072 }.Select(l => (l, 256)),
        (131072, 1024), (131072, 4096), (131072, 32768),
    ];

    private static readonly (string Name, Func<int, byte[]> Make, int Opcode)[] Data =
    [
        ("json", DeflateCases.Text, 1),
        ("json-as-binary", DeflateCases.Text, 2),
        ("characters", length => [.. Enumerable.Range(0, (length / 10) + 1).SelectMany(_ => "aß€𐍈"u8.ToArray()).Take(length / 10 * 10)], 1),
        ("noise", DeflateCases.Noise, 2),
        ("zeros", length => new byte[length], 2),
    ];

    private static readonly (string Name, string Wish)[] Offers =
    [
        ("plain", Takes),
        ("server-no-context", $"{Takes}; server_no_context_takeover"),
        ("server-bits-9", $"{Takes}; server_max_window_bits=9"),
        ("server-bits-15", $"{Takes}; server_max_window_bits=15"),
        ("server-no-context-bits-9", $"{Takes}; server_no_context_takeover; server_max_window_bits=9"),
        ("server-no-context-bits-15", $"{Takes}; server_no_context_takeover; server_max_window_bits=15"),
        (
            "three-offers",
            $"{Takes}; server_no_context_takeover; server_max_window_bits=9, {Takes}; server_no_context_takeover, {Takes}"),
    ];

    private static readonly (string Name, string Wish)[] Answers =
    [
        ("plain", Name),
        ("client-no-context", $"{Name}; client_no_context_takeover"),
        ("client-bits-9", $"{Name}; client_max_window_bits=9"),
        ("client-bits-15", $"{Name}; client_max_window_bits=15"),
        ("client-no-context-bits-9", $"{Name}; client_no_context_takeover; client_max_window_bits=9"),
        ("client-no-context-bits-15", $"{Name}; client_no_context_takeover; client_max_window_bits=15"),
        ("each-for-itself", $"{Name}; client_no_context_takeover; server_no_context_takeover"),
    ];

    public IEnumerable<ConformanceCase> All =>
    [
        .. Data.SelectMany((d, s) => Variants.Select((v, i) => Case($"data/{d.Name}", Name, d.Make, d.Opcode, v).Numbered($"12.{s + 1}.{i + 1}"))),
        .. (subject.IsClient ? Answers : Offers).SelectMany((o, s) => Variants.Select(
            (v, i) => Case($"{(subject.IsClient ? "answer" : "offer")}/{o.Name}", o.Wish, DeflateCases.Text, 1, v).Numbered($"13.{s + 1}.{i + 1}"))),
    ];

    private ConformanceCase Case(string id, string wish, Func<int, byte[]> make, int opcode, (int Length, int Fragment) variant)
    {
        string fragments = variant.Fragment == int.MaxValue ? "" : $"-in-{variant.Fragment}";
        return subject.Case($"deflate/sizes/{id}/{variant.Length}{fragments}", Rule, "the same messages", async context =>
        {
            (WebSocketPeer peer, DeflateTerms agreed) = await subject.OpenDeflateAsync(context, wish);
            await using (peer)
            {
                byte[] payload = make(variant.Length);
                bool mayRefer = agreed.OwnBits == 15;
                using ClientDeflater deflater = new(!agreed.OwnNoContext);
                List<ProbeFrame> sent = [];
                for (int i = 0; i < 2; i++)
                {
                    byte[] wire = mayRefer ? deflater.Deflate(payload) : DeflateText.Literals(payload);
                    sent.AddRange(Cut(opcode, wire, variant.Fragment, rsv: 4));
                }

                Task sending = Task.Run(() => peer.SendAsync(sent));
                return await EchoPlay.ReceiveAsync(peer, [(opcode == 1, payload), (opcode == 1, payload)], [])
                    ?? ConformanceFinding.Pass("the same messages");
            }
        });
    }
}
