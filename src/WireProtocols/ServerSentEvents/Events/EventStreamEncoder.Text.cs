using System.Buffers;
using System.Text.Unicode;

namespace WireProtocols.ServerSentEvents;

/// <content>The same for text in UTF-16.</content>
public static partial class EventStreamEncoder
{
    private const int StackBytes = 1024;
    private const int BytesPerChar = 3;

    /// <summary>Writes an event.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="data">The data. A CR or a CRLF arrives as an LF: the format has no other line ends.</param>
    /// <param name="type">The type; null or empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID; null for none, which leaves the last one as it is; empty to reset it.</param>
    /// <exception cref="ArgumentException">Something is not UTF-16 (half a surrogate
    /// pair), the type holds a line end, or the ID holds one or NUL.</exception>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<char> data, string? type = null, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        int most = checked((data.Length + (type?.Length ?? 0) + (id?.Length ?? 0)) * BytesPerChar);
        byte[]? rented = null;
        Span<byte> scratch = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            ReadOnlySpan<byte> typeBytes = Transcode(type, ref scratch, nameof(type));
            ReadOnlySpan<byte> idBytes = Transcode(id, ref scratch, nameof(id));
            ReadOnlySpan<byte> dataBytes = Transcode(data, ref scratch, nameof(data));
            CheckField(typeBytes, nameof(type));
            CheckId(idBytes, nameof(id));
            if (id is { Length: 0 })
            {
                WriteIdReset(output);
            }

            WriteEvent(output, dataBytes, typeBytes, idBytes);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Writes an ID alone: it is the last event ID from here on, and no event comes of it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="id">The ID, not empty (<see cref="WriteIdReset"/>).</param>
    /// <exception cref="ArgumentException">The ID is empty or not UTF-16, or holds NUL, LF or CR.</exception>
    public static void WriteId(IBufferWriter<byte> output, string id)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentException.ThrowIfNullOrEmpty(id);
        Span<byte> scratch = new byte[checked(id.Length * BytesPerChar)];
        ReadOnlySpan<byte> bytes = Transcode(id, ref scratch, nameof(id));
        CheckId(bytes, nameof(id));
        Span<byte> block = output.GetSpan(bytes.Length + 6);
        int written = PutHead(block, default, bytes);
        block[written] = (byte)'\n';
        output.Advance(written + 1);
    }

    /// <summary>Writes a comment, which means nothing and keeps the connection alive.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="text">The text, one line; may be empty.</param>
    /// <exception cref="ArgumentException">The text is not UTF-16 (half a surrogate pair), or holds a line end.</exception>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        byte[]? rented = null;
        int most = checked(text.Length * BytesPerChar);
        Span<byte> scratch = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            WriteComment(output, Transcode(text, ref scratch, nameof(text)));
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The text in UTF-8 at the front of the scratch, which goes on behind it.</summary>
    internal static ReadOnlySpan<byte> Transcode(ReadOnlySpan<char> text, ref Span<byte> scratch, string name)
    {
        if (text.IsEmpty)
        {
            return default;
        }

        if (Utf8.FromUtf16(text, scratch, out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new ArgumentException("The text holds half a surrogate pair.", name);
        }

        ReadOnlySpan<byte> bytes = scratch[..written];
        scratch = scratch[written..];
        return bytes;
    }
}
