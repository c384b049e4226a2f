using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Serve;

/// <summary>A response that is an event stream. Comments keep it alive while nothing happens.</summary>
internal sealed class ServeEventStream
{
    private readonly ServeBody _body;
    private readonly TimeSpan _heartbeat;

    private ServeEventStream(ServeBody body, TimeSpan heartbeat)
    {
        _body = body;
        _heartbeat = heartbeat;
        Writer = new EventStreamWriter(body.Writer);
    }

    /// <summary>Where events are written; <see cref="FlushAsync"/> sends them.</summary>
    public EventStreamWriter Writer { get; }

    /// <summary>Runs the stream until it is done, the client leaves, or the server stops; then ends the body.</summary>
    public static ValueTask RunAsync(ServeRequest request, Func<ServeEventStream, Task> run)
        => ServeBody.RunAsync(request, "text/event-stream", body => run(new ServeEventStream(body, request.Settings.Heartbeat)));

    public ValueTask FlushAsync() => _body.FlushAsync();

    /// <summary>Waits, and says so to the client now and then.</summary>
    public async ValueTask DelayAsync(TimeSpan time)
    {
        while (_heartbeat > TimeSpan.Zero && time > _heartbeat)
        {
            await _body.DelayAsync(_heartbeat);
            time -= _heartbeat;
            await BeatAsync();
        }

        await _body.DelayAsync(time);
    }

    /// <summary>Waits for something, and says so to the client now and then.</summary>
    public async ValueTask WaitAsync(Task something)
    {
        while (!await _body.WaitAsync(something, _heartbeat))
        {
            await BeatAsync();
        }
    }

    private ValueTask BeatAsync()
    {
        Writer.WriteComment("keep-alive");
        return FlushAsync();
    }
}
