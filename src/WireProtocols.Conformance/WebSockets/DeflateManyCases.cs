using System.Globalization;
using System.Text;
using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Many messages on one connection under permessage-deflate, no two alike, so that windows fill, slide and are referred to.</summary>
internal sealed class DeflateManyCases(WebSocketSubject subject)
{
    private const string Name = "permessage-deflate";
    private const int Length = 300_000;

    private static readonly ConformanceRule Rule = ConformanceRule.Must(
        "RFC 7692 §7.2.2",
        "An endpoint uses the following algorithm to decompress a message. ... Decompress the resulting data using DEFLATE.",
        "Keep the windows of both directions from message to message, each for itself.");

    private static readonly string[] Words =
    [
        "le", "la", "et", "jour", "nuit", "mer", "ciel", "forêt", "île", "été", "château", "où", "déjà", "garçon", "voilà", "il", "elle",
        "vient", "va", "dit", "que", "sans", "avec", "toujours", "jamais", "encore",
    ];

    /// <summary>How well each compresses is another matter each time.</summary>
    private static readonly (string Name, int Opcode, Lazy<byte[]> Data)[] Kinds =
    [
        ("json", 1, new(() => Build((dice, i) => $"{{\"id\":{i},\"key\":\"{dice.NextInt64():x16}\",\"room\":{dice.Next(2)}}},\n"))),
        ("html", 1, new(() => Build((dice, i) => $"<li class=\"c{i % 3}\"><a href=\"/{dice.Next(100_000)}\">Page {i}</a> {dice.Next(100)}</li>\n"))),
        ("words", 2, new(() => Build((dice, i) => Words[dice.Next(Words.Length)] + (i % 11 == 10 ? ".\n" : " ")))),
        (
            "picture",
            2,
            new(() => [.. Enumerable.Range(0, Length)
                .Select(i => (byte)(127 + (90 * Math.Sin(i % 400 / 33.0) * Math.Cos(i / 400 / 21.0)) + (i * 7907 % 7)))])),
        ("mixture", 2, new(Mixture)),
    ];

    public IEnumerable<ConformanceCase> All =>
        Kinds.SelectMany(k => new[] { (64, int.MaxValue, 1000), (4096, int.MaxValue, 128), (65536, 1024, 8) }.Select(
            v => Case($"{k.Name}-of-{v.Item1}", k.Opcode, k.Data, v.Item1, v.Item2, v.Item3)));

    private ConformanceCase Case(string id, int opcode, Lazy<byte[]> data, int length, int fragment, int count)
        => subject.Case($"deflate/many/{id}", Rule, "the same messages, in their order", async context =>
        {
            (WebSocketPeer peer, DeflateTerms agreed) = await subject.OpenDeflateAsync(context, Name);
            await using (peer)
            {
                using ClientDeflater deflater = new(!agreed.OwnNoContext);
                byte[][] messages = [.. Enumerable.Range(0, count).Select(i => Piece(data.Value, i, length))];
                List<ProbeFrame> sent = [];
                foreach (byte[] message in messages)
                {
                    byte[] wire = agreed.OwnBits == 15 ? deflater.Deflate(message) : DeflateText.Literals(message);
                    sent.AddRange(Cut(opcode, wire, fragment, rsv: 4));
                }

                Task sending = Task.Run(() => peer.SendAsync(sent));
                return await EchoPlay.ReceiveAsync(peer, [.. messages.Select(m => (opcode == 1, m))], [])
                    ?? await EchoPlay.RunAsync(peer, [ProbeFrame.Text("and after")])
                    ?? ConformanceFinding.Pass("the same messages");
            }
        });

    /// <summary>Where the last message ended the next begins, and behind the end again at the beginning.</summary>
    private static byte[] Piece(byte[] data, int number, int length)
    {
        byte[] piece = new byte[length];
        for (int i = 0; i < length; i++)
        {
            piece[i] = data[(int)((((long)number * length) + i) % data.Length)];
        }

        return piece;
    }

    private static byte[] Build(Func<Random, int, string> next)
    {
        Random dice = new(Length);
        StringBuilder text = new();
        for (int i = 0; text.Length < Length; i++)
        {
            text.Append(next(dice, i));
        }

        return Encoding.UTF8.GetBytes(text.ToString())[..Length];
    }

    /// <summary>Noise with a little text between.</summary>
    private static byte[] Mixture()
    {
        byte[] mixture = DeflateCases.Noise(Length);
        for (int at = 0; at + 3000 < Length; at += 3000)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"object {at} of {Length}, length {at % 991}, filter deflate");
            Encoding.ASCII.GetBytes(text, mixture.AsSpan(at));
        }

        return mixture;
    }
}
