namespace WireProtocols.WebRtc;

/// <summary>RTO, the time after which something counts as lost (RFC 9260 §6.3.1).</summary>
internal sealed class SctpTimeout(SctpAssociationOptions options)
{
    private TimeSpan? _smoothed;
    private TimeSpan _variation;

    /// <summary>RTO.</summary>
    public TimeSpan Value { get; private set; } = options.InitialTimeout;

    /// <summary>A round trip took so long. Only of what was sent once: "Karn's algorithm".</summary>
    public void Measure(TimeSpan time)
    {
        if (_smoothed is not { } smoothed)
        {
            _smoothed = time;
            _variation = time / 2;
        }
        else
        {
            _variation = (_variation * 0.75) + ((smoothed - time).Duration() * 0.25);
            _smoothed = (smoothed * 0.875) + (time * 0.125);
        }

        Value = Clamp(_smoothed.Value + (4 * _variation));
    }

    /// <summary>"RTO = RTO * 2".</summary>
    public void BackOff() => Value = Clamp(Value * 2);

    private TimeSpan Clamp(TimeSpan value)
        => value < options.MinTimeout ? options.MinTimeout : value > options.MaxTimeout ? options.MaxTimeout : value;
}
