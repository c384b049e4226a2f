using System.Buffers;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>
/// The bytes of a connection on their way to somebody who watches it. Whoever makes them does not wait: what does not fit is counted.
/// </summary>
internal sealed class WireTap
{
    /// <summary>How many bytes of a piece are shown.</summary>
    private const int MaxShown = 16 * 1024;

    /// <summary>How many pieces may wait for the one who watches.</summary>
    private const int MaxWaiting = 256;

    private readonly Channel<WirePiece> _pieces = Channel.CreateBounded<WirePiece>(MaxWaiting);
    private long _lost;

    public ChannelReader<WirePiece> Pieces => _pieces.Reader;

    /// <summary>The head of a request, without what only its receiver is to know.</summary>
    public void ReceivedHead(OwnedHttp1RequestHead head) => Received(new ReadOnlySequence<byte>(SecretFields.Hide(head.Head)));

    /// <summary>Bytes from the client.</summary>
    public void Received(ReadOnlySequence<byte> bytes) => Add("client", bytes);

    /// <summary>Bytes of the server.</summary>
    public void Sent(ReadOnlySequence<byte> bytes) => Add("server", bytes);

    private void Add(string from, ReadOnlySequence<byte> bytes)
    {
        byte[] shown = bytes.Slice(0, Math.Min(bytes.Length, MaxShown)).ToArray();
        WirePiece piece = new(from, Convert.ToHexStringLower(shown), bytes.Length, Interlocked.Exchange(ref _lost, 0));
        if (!_pieces.Writer.TryWrite(piece))
        {
            Interlocked.Add(ref _lost, bytes.Length + piece.Lost);
        }
    }
}

/// <summary>Bytes that crossed the wire together.</summary>
/// <param name="From"><c>client</c> or <c>server</c>.</param>
/// <param name="Hex">The first of them.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Lost">How many before them are not shown, since the one who watches was too slow.</param>
internal sealed record WirePiece(string From, string Hex, long Length, long Lost);

/// <summary>How pieces are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WirePiece))]
internal sealed partial class WirePieceJson : JsonSerializerContext;
