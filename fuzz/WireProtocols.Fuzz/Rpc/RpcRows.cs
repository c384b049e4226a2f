using System.Globalization;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>Envelopes as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class RpcRows : Transcript
{
    public void Add(in RpcMessagePart part)
    {
        if (part.IsFirst)
        {
            Row(Head(part.Offset, (int)part.Flags, part.Length));
        }

        Payload(part.Payload);
        if (part.IsLast)
        {
            Row("end");
        }
    }

    /// <summary>The row of an envelope.</summary>
    public static string Head(long offset, int flags, long length)
        => string.Create(CultureInfo.InvariantCulture, $"envelope {offset} 0x{flags:x2} {length}");
}
