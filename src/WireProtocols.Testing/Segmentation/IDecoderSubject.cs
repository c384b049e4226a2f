using System.IO.Pipelines;

namespace WireProtocols.Testing;

/// <summary>A decoder and its reader, each turning an input into a transcript: the rows that must not depend on how the input was split.</summary>
public interface IDecoderSubject
{
    /// <summary>Layer 2: feeds the pieces, then the end of the input.</summary>
    IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces);

    /// <summary>Layer 3: reads the pipe to its end or to the first error.</summary>
    Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe);
}
