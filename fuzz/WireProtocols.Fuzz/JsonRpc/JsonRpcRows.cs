using System.Globalization;
using System.Text;
using WireProtocols.JsonRpc;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>Messages as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class JsonRpcRows : Transcript
{
    public void Add(scoped in JsonRpcMessage message)
    {
        if (message.IsValid)
        {
            Good(message.Offset, message.Content);
        }
        else
        {
            Bad(message.Offset, message.Error, message.ErrorOffset, message.SkippedLength, message.Content);
        }
    }

    public void Good(long offset, ReadOnlySpan<byte> content)
        => Row(string.Create(CultureInfo.InvariantCulture, $"message {offset} ") + Encoding.Latin1.GetString(content));

    public void Bad(long offset, JsonRpcProtocolError error, long errorOffset, long skipped, ReadOnlySpan<byte> content)
    {
        string row = string.Create(CultureInfo.InvariantCulture, $"bad {offset} {error} {errorOffset} skipped {skipped} ");
        Row(row + Encoding.Latin1.GetString(content));
    }
}
