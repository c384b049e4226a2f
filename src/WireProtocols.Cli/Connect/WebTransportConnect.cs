using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Connect;

/// <summary>A client of WebTransport by msquic: shows what the server does, and sends each line of stdin on a stream or as a datagram.</summary>
internal sealed class WebTransportConnect : ConnectProtocol
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>None by itself: it takes https with <c>--webtransport</c>.</summary>
    public override IReadOnlyList<string> Schemes => [];

    public override async Task<int> RunAsync(ConnectRun run, CancellationToken stop)
    {
        if (MsQuicLibrary.Missing is { } missing)
        {
            throw ToolException.Usage($"--webtransport needs libmsquic. {missing}");
        }

        await using MsQuicCarrier carrier = await ConnectAsync(run, stop);
        using WebTransportConnection connection
            = new(WebTransportRole.Client, carrier, new WebTransportConnectionOptions { RequireReliableReset = false });
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        WebTransportView view = new(run);
        WebTransportTalk talk = new(run, view, ended);
        WebTransportPump pump = new(connection, carrier, item => talk.Handle(connection, item));
        Task sending = talk.SendLinesAsync(pump, ended.Token);
        try
        {
            await pump.RunAsync(ended.Token);
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(pump);
        }

        await ended.CancelAsync();
        await sending;
        return talk.Status;
    }

    private static async Task CloseAsync(WebTransportPump pump)
    {
        using CancellationTokenSource patience = new(LastWords);
        try
        {
            await pump.InvokeAsync(WebTransportTalk.Close, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The server does not read, so there is no room for what is said at the end.
        }
    }

    private static async Task<MsQuicCarrier> ConnectAsync(ConnectRun run, CancellationToken stop)
    {
        MsQuicClientOptions options = new()
        {
            KeepAlive = TimeSpan.FromSeconds(10),
            ServerCertificateHashes = [.. (run.Get(run.Options.CertificateHash) ?? []).Select(ReadHash)],
        };
        try
        {
            return await MsQuicCarrier.ConnectAsync(run.Url.IdnHost, run.Url.Port, options, stop);
        }
        catch (MsQuicException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
    }

    /// <exception cref="ToolException">It is no hash.</exception>
    private static ReadOnlyMemory<byte> ReadHash(string text)
    {
        try
        {
            byte[] hash = Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
            return hash.Length == 32 ? hash : throw ToolException.Usage($"'{text}' is no SHA-256 in hexadecimal.");
        }
        catch (FormatException)
        {
            throw ToolException.Usage($"'{text}' is no SHA-256 in hexadecimal.");
        }
    }
}
