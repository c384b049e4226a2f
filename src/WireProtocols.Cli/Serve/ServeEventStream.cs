using System.Buffers;
using WireProtocols.Http1;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A response that is an event stream: in chunks, so that the connection can be used again, or to the end of the connection for a peer that
/// knows no chunks. Comments keep it alive while nothing happens.
/// </summary>
internal sealed class ServeEventStream
{
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    private readonly ServeRequest _request;
    private readonly ChunkedWriter? _chunks;

    private ServeEventStream(ServeRequest request)
    {
        _request = request;
        bool chunked = request.Head.MinorVersion >= 1;
        request.KeepsAlive &= chunked;
        Http1HeadWriter head = ServeResponse.Start(request.Connection.Output, request.Settings.Time, 200);
        head.WriteField("Content-Type"u8, "text/event-stream"u8);
        head.WriteField("Cache-Control"u8, "no-store"u8);
        head.WriteField(chunked ? "Transfer-Encoding"u8 : "Connection"u8, chunked ? "chunked"u8 : "close"u8);
        if (chunked && !request.KeepsAlive)
        {
            head.WriteField("Connection"u8, "close"u8);
        }

        head.Complete();
        _chunks = chunked ? new ChunkedWriter((IBufferWriter<byte>)request.Connection.Output) : null;
        Writer = new EventStreamWriter(_chunks ?? request.Connection.Output);
    }

    /// <summary>Where events are written; <see cref="FlushAsync"/> sends them.</summary>
    public EventStreamWriter Writer { get; }

    /// <summary>Writes the head and runs the stream until it is done, the peer is gone, or the server stops; then ends the body.</summary>
    public static async ValueTask RunAsync(ServeRequest request, Func<ServeEventStream, Task> run)
    {
        ServeEventStream stream = new(request);
        try
        {
            await run(stream);
        }
        catch (OperationCanceledException) when (request.Stopping.IsCancellationRequested)
        {
            request.KeepsAlive = false;
        }

        await stream.EndAsync();
    }

    public async ValueTask FlushAsync()
    {
        if (_chunks is not null)
        {
            await _chunks.FlushAsync();
        }

        await _request.Connection.FlushAsync(_request.Stopping);
    }

    /// <summary>Waits, and says so to the peer now and then.</summary>
    public async ValueTask DelayAsync(TimeSpan time)
    {
        while (time > KeepAliveInterval)
        {
            await Task.Delay(KeepAliveInterval, _request.Settings.Time, _request.Stopping);
            time -= KeepAliveInterval;
            Writer.WriteComment("keep-alive");
            await FlushAsync();
        }

        await Task.Delay(time, _request.Settings.Time, _request.Stopping);
    }

    private async ValueTask EndAsync()
    {
        if (_chunks is not null)
        {
            await _chunks.CompleteAsync();
        }

        await _request.Connection.FlushAsync(CancellationToken.None);
    }
}
