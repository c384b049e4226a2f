using System.Buffers;
using WireProtocols.Ndjson;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Differential;

/// <summary>The library's event streams, JSON texts and lines of them.</summary>
public sealed class OurTextPeer : Peer
{
    /// <inheritdoc/>
    public override string Name => "WireProtocols";

    /// <inheritdoc/>
    public override string Version => "as it stands here";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kinds => ["streams", "texts", "lines"];

    /// <inheritdoc/>
    public override Task<PeerAnswer> AskAsync(PeerQuestion question)
        => Task.FromResult(question.Kind == "streams" ? ReadEvents(question) : ReadLines(question));

    private static PeerAnswer ReadEvents(PeerQuestion question)
    {
        ReadOnlySpan<byte> bytes = Convert.FromHexString(question.Hex);
        using EventStreamDecoder decoder = new();
        List<string> got = [];
        OperationStatus status;
        while ((status = decoder.Decode(bytes, out int consumed, out EventStreamElement element)) == OperationStatus.Done)
        {
            bytes = bytes[consumed..];
            if (element.Kind == EventStreamElementKind.Event)
            {
                ServerSentEvent seen = element.ToEvent();
                got.Add(EventText.Of(seen.Type, seen.Data, seen.LastEventId));
            }
        }

        return status == OperationStatus.InvalidData ? Refuse(question, decoder.Error.ToString(), got) : Accept(question, got);
    }

    private static PeerAnswer ReadLines(PeerQuestion question)
    {
        byte[] bytes = Convert.FromHexString(question.Hex);
        bool isText = question.Kind == "texts";
        if (isText && bytes.Contains((byte)0x1E))
        {
            return Refuse(question, "a separator stands in it");
        }

        // One text is the one record of a sequence: a line end in it is white space of JSON.
        using NdjsonDecoder decoder = new(new NdjsonOptions
        {
            Format = isText ? NdjsonFormat.TextSequence : NdjsonFormat.Lines,
            AllowUnterminatedLastRecord = true,
        });
        ReadOnlySpan<byte> rest = isText ? [0x1E, .. bytes, (byte)'\n'] : bytes;
        int count = 0;
        OperationStatus status;
        while ((status = decoder.Decode(rest, out int consumed, out NdjsonRecord _)) == OperationStatus.Done)
        {
            rest = rest[consumed..];
            count++;
        }

        if (status == OperationStatus.NeedMoreData && decoder.TryDecodeLast(out NdjsonRecord _))
        {
            count++;
        }

        return status == OperationStatus.InvalidData || decoder.Error != NdjsonProtocolError.None || (isText && count != 1)
            ? Refuse(question, decoder.Error.ToString(), isText ? [] : [$"{count}"])
            : Accept(question, isText ? [] : [$"{count}"]);
    }
}
