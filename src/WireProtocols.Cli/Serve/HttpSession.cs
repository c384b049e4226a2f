using System.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>The requests of one connection, one after the other (RFC 9112 §9.3), each given to the route for its path.</summary>
internal sealed class HttpSession(ServeConnection connection, Site site, ServeSettings settings, CancellationToken stopping)
{
    public async Task RunAsync()
    {
        using Http1RequestReader reader = new(connection.Input);
        bool goOn = true;
        while (goOn)
        {
            OwnedHttp1RequestHead? head;
            try
            {
                head = await ReadHeadAsync(reader);
            }
            catch (Http1ProtocolException exception)
            {
                ServeResponse.WriteText(connection.Output, settings.Time, exception.StatusCode, exception.Message, keepAlive: false);
                await connection.FlushAsync();
                return;
            }

            if (head is null)
            {
                return;
            }

            ServeRequest request = new(head, connection, settings, stopping);
            connection.Tap = site.Taps.Find(request.GetQuery("wire"));
            connection.Tap?.Received(new ReadOnlySequence<byte>(head.Bytes));
            await DispatchAsync(request);
            await connection.FlushAsync();
            goOn = request.KeepsAlive;
        }
    }

    /// <returns>Null when there is no further request: the peer closed, took too long, or the server stops.</returns>
    private async Task<OwnedHttp1RequestHead?> ReadHeadAsync(Http1RequestReader reader)
    {
        using CancellationTokenSource timeout = new(settings.HeadTimeout, settings.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private ValueTask DispatchAsync(ServeRequest request)
    {
        Route? route = site.Routes.FirstOrDefault(r => r.Path == request.Path);
        if (route is null)
        {
            return request.RespondAsync(404, $"There is nothing at {request.Path}; / lists what there is.\n");
        }

        if (!route.Methods.Contains(request.Method))
        {
            string allowed = string.Join(", ", route.Methods);
            return request.RespondAsync(405, $"{route.Path} takes {allowed}.\n", ("Allow", allowed));
        }

        return route.HandleAsync(request);
    }
}
