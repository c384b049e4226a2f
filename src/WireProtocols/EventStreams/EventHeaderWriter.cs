using System.Text;

namespace WireProtocols.EventStreams;

/// <summary>Writes headers that have been measured, which is where they are checked.</summary>
internal static class EventHeaderWriter
{
    private const int FewHeaders = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How many bytes the headers of a message have.</summary>
    /// <exception cref="ArgumentException">One of them cannot be written, a name stands twice, or they are too many or too long.</exception>
    public static int Measure(ReadOnlySpan<OwnedEventHeader> headers)
    {
        if (headers.Length > EventMessageOptions.MostHeaders)
        {
            throw new ArgumentException("A message has at most 1000 headers: no reader takes more.", nameof(headers));
        }

        CheckNames(headers);
        long length = 0;
        foreach (OwnedEventHeader header in headers)
        {
            int name = StrictUtf8.GetByteCount(header.Name);
            if (name is 0 or > EventMessageLimits.NameLength)
            {
                throw new ArgumentException("The name of a header has 1 to 255 bytes.", nameof(headers));
            }

            int value = header.Value.Measure(StrictUtf8);
            length += 1 + name + 1 + value;
            if (header.Value.Type.HasLength())
            {
                length += EventHeaderTypes.LengthSize;
                if (value is 0 or > EventMessageLimits.ValueLength)
                {
                    throw new ArgumentException("A string or byte array of a header has 1 to 32,767 bytes.", nameof(headers));
                }
            }
        }

        return length <= EventMessageLimits.HeadersLength
            ? (int)length
            : throw new ArgumentException("The headers of a message have at most 131,072 bytes.", nameof(headers));
    }

    /// <summary>Writes the headers.</summary>
    /// <param name="headers">What <see cref="Measure"/> has passed.</param>
    /// <param name="destination">As many bytes as it said.</param>
    public static void Write(ReadOnlySpan<OwnedEventHeader> headers, Span<byte> destination)
    {
        foreach (OwnedEventHeader header in headers)
        {
            int name = Encoding.UTF8.GetBytes(header.Name, destination[1..]);
            destination[0] = (byte)name;
            destination[1 + name] = (byte)header.Value.Type;
            destination = destination[(name + 2)..];
            destination = destination[header.Value.Write(destination)..];
        }
    }

    private static void CheckNames(ReadOnlySpan<OwnedEventHeader> headers)
    {
        HashSet<string>? names = headers.Length > FewHeaders ? new(StringComparer.Ordinal) : null;
        for (int i = 0; i < headers.Length; i++)
        {
            OwnedEventHeader header = headers[i] ?? throw new ArgumentException("A header is null.", nameof(headers));
            bool isRepeated = names is not null ? !names.Add(header.Name) : Contains(headers[..i], header.Name);
            if (isRepeated)
            {
                throw new ArgumentException($"The name {header.Name} stands twice.", nameof(headers));
            }
        }
    }

    private static bool Contains(ReadOnlySpan<OwnedEventHeader> headers, string name)
    {
        foreach (OwnedEventHeader header in headers)
        {
            if (header.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
