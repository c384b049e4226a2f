using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>One direction of a connection: takes its bytes in order and shows what they are.</summary>
internal sealed class TrafficFlow : IDisposable
{
    private readonly FormatRun _run;
    private readonly TrafficSettings _settings;
    private TrafficStage _stage;

    /// <param name="run">Where it is shown.</param>
    /// <param name="first">What it begins with.</param>
    /// <param name="settings">What is shown.</param>
    public TrafficFlow(FormatRun run, TrafficStage first, TrafficSettings settings)
    {
        _run = run;
        _settings = settings;
        _stage = first;
    }

    /// <summary>The bytes so far, those that are lost included.</summary>
    public long Position { get; private set; }

    private bool IsStopped => _settings.StopsAtViolation && _run.Status != ExitStatus.Ok;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (!_settings.IsRemembered)
        {
            _run.Remember(bytes);
        }

        Position += bytes.Length;
        Drive(bytes);
        if (_settings.IsLive && !IsStopped)
        {
            _stage.Pause();
        }
    }

    /// <summary>Bytes of this direction are not known: what follows them cannot be told apart any more.</summary>
    /// <param name="length">How many.</param>
    public void Skip(long length)
    {
        Position += length;
        _stage.Dispose();
        _stage = new OpaqueStage(_run.Within(Position), "what follows lost bytes");
    }

    /// <summary>The direction ends here.</summary>
    public void Complete()
    {
        if (IsStopped)
        {
            return;
        }

        _stage.Complete();
        if (_stage.Next is not null)
        {
            Drive([]);
            _stage.Complete();
        }
    }

    public void Dispose()
    {
        _stage.Dispose();
    }

    private void Drive(ReadOnlySpan<byte> bytes)
    {
        while (!IsStopped && (!bytes.IsEmpty || _stage.Next is not null))
        {
            if (_stage.Next is { } next)
            {
                ReadOnlyMemory<byte> leftover = _stage.Leftover;
                _stage.Dispose();
                _stage = next;
                Drive(leftover.Span);
                continue;
            }

            bytes = bytes[_stage.Feed(bytes)..];
        }
    }
}
