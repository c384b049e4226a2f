using System.IO.Pipelines;
using WireProtocols.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Plays a case with a connection of the library that echoes, in memory.</summary>
/// <param name="role">The role of the library.</param>
/// <param name="way">How the bytes come.</param>
/// <param name="deflate">What the library offers or accepts.</param>
internal sealed class ConformancePlay(WebSocketRole role, PlayWay way, WebSocketPerMessageDeflateOptions? deflate)
{
    private readonly WebSocketConnectionOptions _options = new() { Deflate = deflate };
    private readonly List<ConformanceRelay> _relays = [];
    private readonly List<Task> _running = [];

    /// <summary>What went over each connection, in the order in which they were opened.</summary>
    public IReadOnlyList<ConformanceRelay> Conversations => _relays;

    /// <summary>Plays the case to the end of every connection.</summary>
    public async Task<ConformanceResult> RunAsync(ConformanceCase played)
    {
        ConformanceOptions options = new() { OpenConnection = OpenAsync };
        CancellationToken stop = TestContext.Current.CancellationToken;
        ConformanceResult result = role == WebSocketRole.Server
            ? await ConformanceRunner.PlayAsync(new Uri("ws://localhost/"), played, options, stop)
            : await ConformanceClients.PlayAsync(played, ConnectAsync, options, stop);
        await Task.WhenAll(_running).WaitAsync(EchoRun.Patience, stop);
        return result;
    }

    private ValueTask<IDuplexPipe> OpenAsync(Uri url, CancellationToken stop)
    {
        (IDuplexPipe examiner, IDuplexPipe near) = DuplexPipes.Create();
        IDuplexPipe library = Relay(near);
        _running.Add(Task.Run(async () =>
        {
            WebSocketConnection? connection = null;
            try
            {
                connection = await WebSocketServer.AcceptAsync(library, new WebSocketAcceptOptions { Connection = _options }, stop);
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                // The examiner sees what that looks like.
            }

            await EchoAsync(connection, library);
        }, stop));
        return new(examiner);
    }

    private async Task ConnectAsync(Uri url, IDuplexPipe near, CancellationToken stop)
    {
        IDuplexPipe library = Relay(near);
        WebSocketHandshakeOffer offer = new(url)
        {
            Origin = "http://localhost",
            Subprotocols = ["wire.one", "wire.two"],
            Extensions = deflate is null ? [] : [WebSocketDeflateNegotiation.CreateOffer(deflate)],
        };
        WebSocketConnection? connection = null;
        try
        {
            connection = await WebSocketClient.ConnectAsync(library, offer, new WebSocketConnectOptions { Connection = _options }, stop);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            // The examiner sees what that looks like.
        }

        await EchoAsync(connection, library);
    }

    private IDuplexPipe Relay(IDuplexPipe near)
    {
        (IDuplexPipe far, IDuplexPipe library) = DuplexPipes.Create();
        ConformanceRelay relay = new(near, far, way, role);
        _relays.Add(relay);
        _running.Add(relay.RunAsync());
        return library;
    }

    private static bool IsRefusal(Exception exception)
        => exception is WireProtocolException or WebSocketHandshakeException or IOException or OperationCanceledException;

    private static async Task EchoAsync(WebSocketConnection? connection, IDuplexPipe library)
    {
        if (connection is not null)
        {
            await EchoRun.EchoAsync(connection);
            Assert.Equal(WebSocketConnectionState.Closed, connection.State);
        }

        await library.Input.CompleteAsync();
        await library.Output.CompleteAsync();
    }
}
