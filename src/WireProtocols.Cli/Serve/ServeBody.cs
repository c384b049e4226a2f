using System.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A response body whose length nobody knows beforehand: in chunks, so that the connection can be used again, or to the end of the connection
/// for a peer that knows no chunks. What is flushed leaves at once, through reverse proxies too.
/// </summary>
internal sealed class ServeBody
{
    private readonly ServeRequest _request;
    private readonly ChunkedWriter? _chunks;

    private ServeBody(ServeRequest request, ChunkedWriter? chunks)
    {
        _request = request;
        _chunks = chunks;
    }

    /// <summary>Where the body is written; <see cref="FlushAsync"/> sends it.</summary>
    public IBufferWriter<byte> Writer => _chunks ?? (IBufferWriter<byte>)_request.Connection.Output;

    /// <summary>Writes the head. The request's body, if it has one, has to be on its way to being read.</summary>
    public static ServeBody Start(ServeRequest request, int status, string contentType)
    {
        // "A server MUST NOT send a response containing Transfer-Encoding unless the corresponding request indicates HTTP/1.1 (or later minor
        // revisions)" (RFC 9112 §6.1).
        bool chunked = request.Head.MinorVersion >= 1;
        request.KeepsAlive = request.KeepsAlive && chunked && !request.Stopping.IsCancellationRequested;
        IBufferWriter<byte> output = request.Connection.Output;
        Http1HeadWriter head = ServeResponse.Start(output, request.Settings.Time, status);
        head.WriteField("Content-Type"u8, contentType);
        head.WriteField("Cache-Control"u8, "no-store"u8);
        head.WriteField("X-Accel-Buffering"u8, "no"u8);
        if (chunked)
        {
            head.WriteField("Transfer-Encoding"u8, "chunked"u8);
        }

        if (!request.KeepsAlive)
        {
            head.WriteField("Connection"u8, "close"u8);
        }

        head.Complete();
        return new ServeBody(request, chunked ? new ChunkedWriter(output) : null);
    }

    /// <summary>Sends what was written, as a chunk.</summary>
    public async ValueTask FlushAsync()
    {
        if (_chunks is not null)
        {
            await _chunks.FlushAsync();
        }

        await _request.Connection.FlushAsync(_request.Stopping);
    }

    /// <summary>Ends the body, with those of the trailers that may be sent as trailers.</summary>
    public async ValueTask EndAsync(IEnumerable<TrailerField> trailers)
    {
        if (_chunks is not null)
        {
            foreach (TrailerField trailer in trailers.Where(t => !t.IsForbidden))
            {
                _chunks.AddTrailer(trailer.Name, trailer.Value);
            }

            await _chunks.CompleteAsync();
        }

        await _request.Connection.FlushAsync(CancellationToken.None);
    }

    /// <summary>Leaves the body cut short: the peer sees that it is not whole, and the connection ends.</summary>
    public async ValueTask AbandonAsync(Exception cause)
    {
        _request.KeepsAlive = false;
        if (_chunks is not null)
        {
            await _chunks.CompleteAsync(cause);
        }
    }
}
