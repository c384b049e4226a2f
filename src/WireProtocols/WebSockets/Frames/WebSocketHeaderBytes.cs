using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>The first bytes of a header that comes in pieces. They lie in the decoder itself, so that no memory is rented for them.</summary>
internal struct WebSocketHeaderBytes
{
    private Bytes _bytes;

    /// <summary>How many bytes of the header are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Looks at the kept bytes and those that follow, up to the length of the longest header. Nothing more is kept.</summary>
    /// <param name="source">The bytes that follow.</param>
    /// <returns>Valid until the next call.</returns>
    [UnscopedRef]
    public ReadOnlySpan<byte> Peek(ReadOnlySpan<byte> source)
    {
        Span<byte> collected = _bytes;
        int added = Math.Min(source.Length, collected.Length - Count);
        source[..added].CopyTo(collected[Count..]);
        return collected[..(Count + added)];
    }

    /// <summary>Keeps the first bytes of what <see cref="Peek"/> showed.</summary>
    public void Keep(int count) => Count = count;

    [InlineArray(WebSocketFrameHeader.MaxLength)]
    private struct Bytes
    {
        private byte _element;
    }
}
