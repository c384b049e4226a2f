using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// Builds a head apart from the output and hands it over whole: a field that cannot be written throws before a byte of the head is sent.
/// </summary>
internal sealed class Http1HeadBuffer
{
    private const int MaxOnStack = 256;

    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    /// <summary>Begins a response head.</summary>
    public Http1HeadWriter StartResponse(int statusCode)
    {
        _bytes.ResetWrittenCount();
        return Http1HeadWriter.StartResponse(_bytes, statusCode);
    }

    /// <summary>Begins a request head.</summary>
    public Http1HeadWriter StartRequest(string method, string target)
    {
        _bytes.ResetWrittenCount();
        return Http1HeadWriter.StartRequest(_bytes, Encoding.Latin1.GetBytes(method), Encoding.Latin1.GetBytes(target));
    }

    /// <summary>Writes the fields that the caller of an endpoint gives.</summary>
    /// <exception cref="ArgumentException">A field cannot be written so that it parses back, or is one that the endpoint writes itself.</exception>
    public static void WriteFields(ref Http1HeadWriter head, scoped ReadOnlySpan<(string Name, string Value)> fields)
    {
        foreach ((string name, string value) in fields)
        {
            FieldText.CheckName(name, nameof(fields));
            FieldText.CheckValue(value, nameof(fields));
            if (IsOwn(name))
            {
                throw new ArgumentException($"{name} is written by the connection itself (RFC 9112 §6, §9).", nameof(fields));
            }

            WriteField(ref head, name, value);
        }
    }

    /// <summary>Whether a field of this name is among them, whatever its letter case.</summary>
    public static bool Contains(ReadOnlySpan<(string Name, string Value)> fields, string name)
    {
        foreach ((string other, _) in fields)
        {
            if (other.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Hands the head that was completed over.</summary>
    public void WriteTo(PipeWriter output) => output.Write(_bytes.WrittenSpan);

    private static void WriteField(ref Http1HeadWriter head, string name, string value)
    {
        Span<byte> bytes = name.Length + value.Length <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[name.Length + value.Length];
        int nameLength = Encoding.Latin1.GetBytes(name, bytes);
        int valueLength = Encoding.Latin1.GetBytes(value, bytes[nameLength..]);
        head.WriteField(bytes[..nameLength], bytes.Slice(nameLength, valueLength));
    }

    private static bool IsOwn(string name)
        => name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase);
}
