using System.Globalization;
using System.Text;
using WireProtocols.Cli.View;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Connect;

/// <summary>A client of event streams, which connects again with back-off.</summary>
internal sealed class EventStreamConnect : ConnectProtocol
{
    private const int ShownBody = 1024;

    public override IReadOnlyList<string> Schemes => ["http", "https"];

    public override async Task<int> RunAsync(ConnectRun run, CancellationToken stop)
    {
        EventStreamPrinter printer = new(run.Json, run.Rows, run.View);
        using SocketsHttpHandler handler = EventStreamClient.CreateHandler();
        using HttpClient http = new(handler);
        await using EventStreamClient client = new(http, () => CreateRequest(run), CreateOptions(run));
        try
        {
            while (await client.WaitToReadAsync(stop))
            {
                while (client.TryRead(out EventStreamElement element))
                {
                    printer.Print(element);
                }

                run.Output.Flush();
            }

            return ExitStatus.Ok;
        }
        catch (EventStreamProtocolException exception)
        {
            run.Tell($"violation: {exception.Error}: {exception.Message}");
            if (exception.Refusal is { Body.Length: > 0 } refusal)
            {
                run.Tell($"the response begins {SafeText.Quote(refusal.Body.Span[..Math.Min(refusal.Body.Length, ShownBody)])}");
            }

            return ExitStatus.Violation;
        }
        catch (HttpRequestException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
    }

    private static HttpRequestMessage CreateRequest(ConnectRun run)
    {
        string? data = run.Get(run.Options.Data);
        HttpRequestMessage request = new(data is null ? HttpMethod.Get : HttpMethod.Post, run.Url)
        {
            Content = data is null ? null : new StringContent(data, Encoding.UTF8, "application/json"),
        };
        run.AddHeaders(request.Headers, request.Content?.Headers);
        return request;
    }

    private static EventStreamClientOptions CreateOptions(ConnectRun run) => new()
    {
        Stream = CommonOptions.EventStreamLimits(run.Get(run.Options.MaxElement)),
        LastEventId = run.Get(run.Options.LastEventId) ?? "",
        Reconnection = run.Get(run.Options.Once) ? EventStreamReconnection.Never : EventStreamReconnection.SafeMethods,
        TimeProvider = run.IO.Time,
        StateChanged = change => run.Tell(Describe(change, run.Url)),
    };

    private static string Describe(EventStreamStateChange change, Uri url) => change.State switch
    {
        EventStreamState.Open => $"connected to {url}",
        EventStreamState.Closed => "closed",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{(change.Cause is null ? "the stream ended" : change.Cause.Message)}; connecting again in {change.Delay.TotalSeconds:0.0} s"),
    };
}
