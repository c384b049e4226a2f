using System.Net.Quic;
using System.Runtime.Versioning;

namespace WireProtocols.WebTransport;

/// <summary>One stream of a <see cref="SystemQuicCarrier"/>, from before it is open until both of its sides are over.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class SystemQuicStream
{
    private readonly SystemQuicSender _sender;
    private readonly SystemQuicReceiver _receiver;
    private QuicStream? _stream;
    private bool _hasFinished;

    public SystemQuicStream(long id, QuicCarrierOptions options, QuicEventQueue events, QuicConnectionRoom all)
    {
        _sender = new SystemQuicSender(id, options.StreamRoom, events, all);
        _receiver = new SystemQuicReceiver(id, events);
    }

    public long Room => _sender.Room;

    public void Send(ReadOnlySpan<byte> data, bool endStream)
    {
        _hasFinished |= endStream;
        _sender.Send(data, endStream);
    }

    public void Reset(long errorCode) => _sender.Reset(errorCode);

    public void Stop(long errorCode) => _receiver.Stop(errorCode);

    public void SetReceiving(bool isReceiving) => _receiver.SetReceiving(isReceiving);

    /// <summary>The stream will never be open.</summary>
    public void Fail() => _sender.Fail(null);

    /// <summary>Waits until what was sent has left, and where the stream was finished, until the peer's QUIC has all of it.</summary>
    /// <returns>True where there was something to wait for.</returns>
    public async Task<bool> DrainAsync(CancellationToken patience)
    {
        Task idle = _sender.WhenIdleAsync();
        bool isBusy = !idle.IsCompleted;
        try
        {
            await idle.WaitAsync(patience).ConfigureAwait(false);
            if (_hasFinished && _stream is { WritesClosed: { IsCompleted: false } closing })
            {
                isBusy = true;
                await closing.WaitAsync(patience).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            // It is over, or it takes too long.
        }

        return isBusy;
    }

    /// <summary>Follows an open stream to its end on both sides.</summary>
    public async Task RunAsync(QuicStream stream)
    {
        _stream = stream;
        await using (stream.ConfigureAwait(false))
        {
            Task watching = Task.CompletedTask;
            if (stream.CanWrite)
            {
                _sender.Begin(stream);
                watching = WatchAsync(stream);
            }

            if (stream.CanRead)
            {
                await _receiver.RunAsync(stream).ConfigureAwait(false);
            }

            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Notices that the peer does not read the stream any more.</summary>
    private async Task WatchAsync(QuicStream stream)
    {
        try
        {
            await stream.WritesClosed.ConfigureAwait(false);
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            _sender.Fail(SystemQuicErrors.GetStreamCode(exception));
        }
    }
}
