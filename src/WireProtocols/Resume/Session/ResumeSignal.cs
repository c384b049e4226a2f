using System.Threading.Channels;

namespace WireProtocols.Resume;

/// <summary>Wakes one waiter; a wake while nobody waits is kept, several count as one.</summary>
internal sealed class ResumeSignal
{
    private readonly Channel<bool> _wakes
        = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _wakes.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _wakes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
