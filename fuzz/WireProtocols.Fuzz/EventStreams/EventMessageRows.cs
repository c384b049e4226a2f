using System.Globalization;
using System.Text;
using WireProtocols.EventStreams;

namespace WireProtocols.Fuzz.EventStreams;

/// <summary>Messages as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class EventMessageRows : Transcript
{
    public void Add(in EventMessagePart part)
    {
        if (part.IsFirst)
        {
            Row(Head(part.Offset, part.Headers.Encoded.Length, part.PayloadLength));
            foreach (EventHeader header in part.Headers)
            {
                Row(Header(header.Name, (int)header.Type, header.Value));
            }
        }

        Payload(part.Payload);
        if (part.IsLast)
        {
            Row("end");
        }
    }

    /// <summary>The row of a message.</summary>
    public static string Head(long offset, long headersLength, long payloadLength)
        => string.Create(CultureInfo.InvariantCulture, $"message {offset} {headersLength} {payloadLength}");

    /// <summary>The row of a header: its name, its type as a number, the bytes of its value.</summary>
    public static string Header(ReadOnlySpan<byte> name, int type, ReadOnlySpan<byte> value)
        => string.Create(CultureInfo.InvariantCulture, $"header {Encoding.UTF8.GetString(name)} {type} {Convert.ToHexStringLower(value)}");
}
