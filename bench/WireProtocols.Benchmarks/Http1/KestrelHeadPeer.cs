using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>Kestrel's parser of request heads, whose fields are offered one by one; it keeps the one that is looked for.</summary>
public sealed class KestrelHeadPeer : IHttpHeadersHandler, IHttpRequestLineHandler
{
    private readonly HttpParser<KestrelHeadPeer> _parser = new();
    private int _keyLength;

    /// <returns>The bytes consumed and the length of the key.</returns>
    public long Parse(ReadOnlySequence<byte> head)
    {
        _keyLength = 0;
        SequenceReader<byte> reader = new(head);
        if (!_parser.ParseRequestLine(this, ref reader) || !_parser.ParseHeaders(this, ref reader))
        {
            throw new InvalidOperationException("The head is whole.");
        }

        return reader.Consumed + _keyLength;
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "sec-websocket-key"u8))
        {
            _keyLength = value.Length;
        }
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
    }

    public void OnHeadersComplete(bool endStream)
    {
    }

    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();
}
