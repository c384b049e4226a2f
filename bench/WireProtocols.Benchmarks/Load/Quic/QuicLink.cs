using System.Globalization;
using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>A client's connection over msquic under one load.</summary>
public abstract class QuicLink(MsQuicCarrier carrier, QuicLoad load) : IQuicLink, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTicks = TimeSpan.FromMilliseconds(50);

    protected MsQuicCarrier Carrier => carrier;

    protected QuicLoad Load => load;

    /// <summary>Connects, so that messages can be sent.</summary>
    /// <param name="uri">The server, whose certificate's hash is the fragment.</param>
    /// <param name="isRaw">True where the server knows streams of QUIC only, and no HTTP/3.</param>
    /// <param name="load">What is to be sent.</param>
    public static async Task<QuicLink> ConnectAsync(Uri uri, bool isRaw, QuicLoad load)
    {
        MsQuicClientOptions options = new() { ServerCertificateHashes = [Convert.FromHexString(uri.Fragment.AsSpan(1))] };
        MsQuicCarrier carrier = await MsQuicCarrier.ConnectAsync(uri.Host, uri.Port, options);
        QuicLink link = isRaw ? new RawLink(carrier, load) : new WebTransportLink(carrier, load, uri.Authority);
        await link.OpenAsync().WaitAsync(Patience);
        return link;
    }

    /// <summary>Sends and receives for so long.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        using PeriodicTimer timer = new(BetweenTicks);
        using CancellationTokenSource end = new(time);
        await InvokeAsync(() => load.Fill(this));
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                await InvokeAsync(() => load.Tick(this));
            }
        }
        catch (OperationCanceledException)
        {
            await InvokeAsync(load.Stop);
        }
    }

    public abstract bool TryOpen(out long streamId);

    public abstract int Send(long streamId, ReadOnlySpan<byte> data, bool endStream);

    public abstract void SendDatagram(ReadOnlySpan<byte> datagram);

    public async ValueTask DisposeAsync()
    {
        carrier.Close(0, "");
        await carrier.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task OpenAsync();

    /// <summary>Does something between events.</summary>
    protected abstract ValueTask InvokeAsync(Action action);

    protected static InvalidOperationException Failure(string what) => new(string.Create(CultureInfo.InvariantCulture, $"The server {what}."));
}
