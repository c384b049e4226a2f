using System.Buffers;
using System.Text.Json;
using WireProtocols.EventStreams;

namespace WireProtocols.InteropTests.EventStreams;

/// <summary>npm @smithy/eventstream-codec, which the AWS SDK for JavaScript reads and writes with, in both directions.</summary>
public sealed class SmithyCodecTests
{
    private const string Package = "@smithy/eventstream-codec";

    [Fact]
    public async Task It_reads_what_we_write_and_we_read_what_it_writes()
    {
        byte[][] messages = [.. Messages.All.Select(m => Messages.Write(m.Headers, m.Payload))];
        string[] lines = await NodePeer.RunAsync(Package, "eventstream-codec.mjs", [.. messages.Select(Convert.ToHexStringLower)]);
        Assert.Equal(messages.Length, lines.Length);
        foreach (((OwnedEventHeader[] headers, byte[] payload), string line) in Messages.All.Zip(lines))
        {
            string[] parts = line.Split('\t');
            using JsonDocument read = JsonDocument.Parse(parts[0]);
            Assert.Equal(Convert.ToHexStringLower(payload), read.RootElement.GetProperty("body").GetString());
            Assert.Equal(
                headers.Select(Shown),
                read.RootElement.GetProperty("headers").EnumerateArray().Select(h => $"{h[0].GetString()} {h[1].GetString()} {h[2].GetString()}"));

            using EventMessageDecoder decoder = new();
            byte[] written = Convert.FromHexString(parts[1]);
            Assert.Equal(OperationStatus.Done, decoder.Decode(written, out int consumed, out EventMessagePart part));
            Assert.Equal(written.Length, consumed);
            Assert.Equal(payload, part.Payload.ToArray());
            Assert.Equal(headers.Select(Shown), part.Headers.ToArray().Select(Shown));
        }
    }

    [Fact]
    public async Task It_refuses_the_checksums_that_we_refuse()
    {
        (OwnedEventHeader[] headers, byte[] payload) = Messages.All[^1];
        byte[] prelude = Messages.Write(headers, payload);
        byte[] message = [.. prelude];
        prelude[9] ^= 1;
        message[^1] ^= 1;
        string[] lines
            = await NodePeer.RunAsync(Package, "eventstream-codec.mjs", Convert.ToHexStringLower(prelude), Convert.ToHexStringLower(message));
        Assert.All(lines, line => Assert.StartsWith("refused ", line, StringComparison.Ordinal));
        Assert.Equal(2, lines.Length);
        foreach (byte[] bytes in (byte[][])[prelude, message])
        {
            using EventMessageDecoder decoder = new();
            OperationStatus status = OperationStatus.Done;
            for (ReadOnlySpan<byte> rest = bytes; status == OperationStatus.Done;)
            {
                status = decoder.Decode(rest, out int consumed, out _);
                rest = rest[consumed..];
            }

            Assert.Equal(OperationStatus.InvalidData, status);
        }
    }

    /// <summary>Name, type and value as the script shows them.</summary>
    private static string Shown(OwnedEventHeader header)
    {
        string type = header.Value.Type switch
        {
            EventHeaderType.True or EventHeaderType.False => "boolean",
            EventHeaderType.ByteArray => "binary",
            _ => header.Value.Type.ToString(),
        };
        string value = header.Value.TryGetBytes(out ReadOnlyMemory<byte> bytes) ? Convert.ToHexStringLower(bytes.Span) : header.Value.ToString();
        return $"{header.Name} {char.ToLowerInvariant(type[0])}{type[1..]} {value}";
    }
}
