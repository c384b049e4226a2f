using System.Text;

namespace WireProtocols.Http1;

/// <summary>One element of a chunked body that may be kept: what <see cref="ChunkedReader.ReadAllAsync"/> yields.</summary>
public sealed class OwnedChunkedElement
{
    internal OwnedChunkedElement(ChunkedElement element)
    {
        Kind = element.Kind;
        Offset = element.Offset;
        Size = element.Size;
        Remaining = element.Remaining;
        Data = element.Data.ToArray();
        Extensions = element.Extensions.ToString();
        Trailer = element.Kind == ChunkedElementKind.Trailer ? new TrailerField(element) : default;
    }

    /// <summary>What this is.</summary>
    public ChunkedElementKind Kind { get; }

    /// <summary>The offset of the first byte, from the start of the body.</summary>
    public long Offset { get; }

    /// <summary>The size in bytes of the chunk that begins or goes on; 0 for the last chunk.</summary>
    public long Size { get; }

    /// <summary>How many bytes of the chunk's data are still to come after <see cref="Data"/>.</summary>
    public long Remaining { get; }

    /// <summary>A piece of the payload.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The extensions of the chunk that begins, as the sender wrote them, read as ISO 8859-1; empty when there are none.</summary>
    public string Extensions { get; }

    /// <summary>The trailer field, where <see cref="Kind"/> is <see cref="ChunkedElementKind.Trailer"/>.</summary>
    public TrailerField Trailer { get; }
}

/// <summary>Makes lasting copies of elements that a decoder or reader lends until its next call.</summary>
public static class OwnedChunkedElements
{
    /// <summary>Copies the element, so that it can be kept.</summary>
    public static OwnedChunkedElement ToOwned(this ChunkedElement element) => new(element);
}

/// <summary>A trailer field (RFC 9112 §7.1.2).</summary>
/// <param name="Name">Its name, as the sender wrote it.</param>
/// <param name="Value">Its value, read as ISO 8859-1.</param>
/// <param name="IsForbidden">Whether it is one that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>). "A recipient
/// MUST NOT merge a received trailer field into the header section unless its corresponding header field definition explicitly permits."</param>
public readonly record struct TrailerField(string Name, string Value, bool IsForbidden)
{
    internal TrailerField(ChunkedElement element)
        : this(Encoding.Latin1.GetString(element.Name), Encoding.Latin1.GetString(element.Value), element.IsForbidden)
    {
    }
}
