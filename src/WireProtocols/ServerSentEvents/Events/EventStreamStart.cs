namespace WireProtocols.ServerSentEvents;

/// <summary>The start of a stream: "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any" (HTML §9.2.6). It may come in
/// pieces, and what only begins like one belongs to the first line.</summary>
internal struct EventStreamStart
{
    private int _matched;

    /// <summary>Whether the stream is past the bytes that could be a byte order mark.</summary>
    public bool IsPassed { get; private set; }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Passes over the mark, or the piece of it that is there.</summary>
    /// <param name="source">The next bytes of the stream.</param>
    /// <param name="isMark">Whether the mark is whole now: the stream begins behind it.</param>
    /// <param name="beginning">The bytes of earlier sources that turned out to begin the first line.</param>
    /// <returns>How many bytes of the source were taken in.</returns>
    public int Pass(ReadOnlySpan<byte> source, out bool isMark, out ReadOnlySpan<byte> beginning)
    {
        beginning = default;
        isMark = false;
        int index = 0;
        while (index < source.Length)
        {
            if (source[index] != ByteOrderMark[_matched])
            {
                IsPassed = true;
                beginning = ByteOrderMark[.._matched];
                return index;
            }

            index++;
            if (++_matched == ByteOrderMark.Length)
            {
                IsPassed = true;
                isMark = true;
                return index;
            }
        }

        return index;
    }
}
