using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>Capsules as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class CapsuleRows : Transcript
{
    public void Add(in CapsulePart piece)
    {
        if (piece.IsFirst)
        {
            Row(Describe(piece));
        }

        if (!piece.IsStreamId)
        {
            Payload(piece.Payload);
        }

        if (piece.IsLast)
        {
            Row("end");
        }
    }

    public void Error(WebTransportProtocolError error, long offset) => Row(string.Create(CultureInfo.InvariantCulture, $"error {error} {offset}"));

    /// <summary>The row of a capsule; the fields are those that its type has.</summary>
    public static string Head(long offset, long type, long length, string? name, string fields)
        => string.Create(CultureInfo.InvariantCulture, $"capsule {offset} 0x{type:x} {length} {name ?? "unknown"}{fields}");

    private static string Describe(in CapsulePart capsule)
    {
        string fields = !capsule.IsKnown ? "" : capsule.Type switch
        {
            CapsuleType.CloseSession => Field("code", capsule.Code) + $" reason={Convert.ToHexStringLower(capsule.Reason)}",
            CapsuleType.ResetStream => Field("stream", capsule.StreamId) + Field("code", capsule.Code) + Field("size", capsule.ReliableSize),
            CapsuleType.StopSending => Field("stream", capsule.StreamId) + Field("code", capsule.Code),
            CapsuleType.Stream3B or CapsuleType.Stream3C => Field("stream", capsule.StreamId) + (capsule.IsFin ? " fin" : ""),
            CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked => Field("stream", capsule.StreamId) + Field("maximum", capsule.Maximum),
            CapsuleType.MaxData or CapsuleType.DataBlocked or CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni
                or CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni => Field("maximum", capsule.Maximum),
            _ => "",
        };
        return Head(capsule.Offset, capsule.Type, capsule.Length, capsule.IsKnown ? CapsuleType.GetName(capsule.Type) : null, fields);
    }

    public static string Field(string name, long value) => string.Create(CultureInfo.InvariantCulture, $" {name}={value}");
}
