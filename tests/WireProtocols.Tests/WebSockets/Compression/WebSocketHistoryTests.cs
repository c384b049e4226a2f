using System.IO.Compression;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The same bytes mean the same after any history and at any split.</summary>
public class WebSocketHistoryTests
{
    private const int Rounds = 300;

    /// <summary>Without takeover: whatever valid messages came before, the next one has the verdict and the bytes that it has as the first.</summary>
    [Theory]
    [InlineData(15, true)]
    [InlineData(15, false)]
    [InlineData(10, true)]
    public void Without_takeover_no_message_depends_on_those_before(int windowBits, bool usesZlib)
    {
        Random random = Seeded(windowBits);
        WebSocketMessageSubject subject = new(WebSocketRole.Server, new(), new(true, true, windowBits, windowBits), usesZlib);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] next = Message(Payload(random, windowBits, mayBeBad: true));
            byte[] history = [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => ValidMessage(subject, random, windowBits))];
            IReadOnlyList<string> alone = subject.Decode([next]);
            IReadOnlyList<string> before = subject.Decode([history]);
            IReadOnlyList<string> both = subject.Decode([(byte[])[.. history, .. next]]);
            Assert.Equal([.. before.SkipLast(1), .. alone.Select(row => Moved(row, history.Length))], both);
        }
    }

    /// <summary>With takeover: messages, good and bad, have one verdict at every split, and it is that of the oracle.</summary>
    [Theory]
    [InlineData(15, true)]
    [InlineData(15, false)]
    [InlineData(9, true)]
    [InlineData(12, true)]
    public void With_takeover_no_verdict_depends_on_the_split(int windowBits, bool usesZlib)
    {
        Random random = Seeded(windowBits);
        WebSocketDeflateParameters deflate = new(false, false, windowBits, windowBits);
        WebSocketMessageOptions options = new();
        WebSocketMessageSubject subject = new(WebSocketRole.Server, options, deflate, usesZlib);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] input = [.. Enumerable.Range(0, 1 + random.Next(4)).SelectMany(_ => Message(Payload(random, windowBits, mayBeBad: true)))];
            NaiveMessages oracle = new(WebSocketRole.Server, options, deflate, usesZlib);
            IReadOnlyList<string> expected = [.. oracle.Decode(input).Select(r => r.TrimEnd())];
            Assert.Equal(expected, subject.Decode([input]));
            for (int split = 0; split < 10; split++)
            {
                Assert.Equal(expected, subject.Decode(Segmentation.RandomPieces(input, random)));
            }
        }
    }

    private static Random Seeded(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static byte[] ValidMessage(WebSocketMessageSubject subject, Random random, int windowBits)
    {
        while (true)
        {
            byte[] message = Message(Payload(random, windowBits, mayBeBad: false));
            if (!subject.Decode([message])[^1].StartsWith("error", StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    /// <summary>Blocks of all kinds, small enough for the oracle; bad ones are cut, changed, or refer back too far.</summary>
    private static byte[] Payload(Random random, int windowBits, bool mayBeBad)
    {
        DeflateBlocks blocks = new();
        byte[] payload;
        if (random.Next(3) == 0)
        {
            MemoryStream target = new();
            using (DeflateStream deflate = new(target, (CompressionLevel)random.Next(4), leaveOpen: true))
            {
                deflate.Write(Text(random, 1 + random.Next(300)));
                deflate.Flush();
            }

            // The stream ends with a block that has BFINAL; half of the time it is taken along.
            payload = target.ToArray();
        }
        else
        {
            for (int count = random.Next(4); count > 0; count--)
            {
                bool isFinal = random.Next(6) == 0;
                int farthest = mayBeBad ? (1 << windowBits) + 10 : 20;
                blocks = random.Next(2) == 0
                    ? blocks.Stored(Text(random, 20 + random.Next(600)), isFinal)
                    : blocks.Match(1 + random.Next(Math.Min(farthest, 1200)), isFinal);
            }

            payload = random.Next(8) == 0 ? [(byte)random.Next(2)] : blocks.ToPayload();
        }

        if (mayBeBad && random.Next(3) == 0 && payload.Length > 0)
        {
            payload = payload[..random.Next(payload.Length)];
        }

        if (mayBeBad && random.Next(3) == 0 && payload.Length > 0)
        {
            payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
        }

        return payload;
    }

    private static byte[] Text(Random random, int length)
        => [.. Enumerable.Range(0, length).Select(_ => (byte)"abcdefgh \n"[random.Next(10)])];

    private static byte[] Message(byte[] payload) => RawFrame.Binary(payload, rsv: 4).ToBytes(masked: false);

    /// <summary>A row as it is when its message begins later.</summary>
    private static string Moved(string row, int by)
    {
        string[] words = row.Split(' ');
        return words[0] is "end" or "error" ? string.Join(' ', [.. words.SkipLast(1), $"{long.Parse(words[^1], null) + by}"]) : row;
    }
}
