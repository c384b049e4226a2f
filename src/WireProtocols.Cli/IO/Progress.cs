using System.Globalization;

namespace WireProtocols.Cli.IO;

/// <summary>One line on a terminal's stderr during a long read of a regular file: bytes, rate, time to go.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly ToolIO _io;
    private readonly long _total;
    private readonly long _start;
    private TimeSpan _next = Patience;
    private bool _shown;

    private Progress(ToolIO io, long total)
    {
        _io = io;
        _total = total;
        _start = io.Time.GetTimestamp();
    }

    /// <summary>Null where there is nothing to show: no terminal, or an input whose length is not known.</summary>
    public static Progress? For(ByteInput input, ToolIO io)
        => io.ErrorIsTerminal && input.Length is > 0 and { } total ? new Progress(io, total) : null;

    public void Report(long done)
    {
        TimeSpan elapsed = _io.Time.GetElapsedTime(_start);
        if (elapsed < _next)
        {
            return;
        }

        _next = elapsed + Interval;
        _shown = true;
        _io.Error.Write("\r\e[2K" + Describe(done, elapsed));
    }

    /// <summary>Takes the line away: before other output to the same terminal, and at the end.</summary>
    public void Hide()
    {
        if (_shown)
        {
            _shown = false;
            _io.Error.Write("\r\e[2K");
        }
    }

    /// <summary>A number of bytes for a reader.</summary>
    public static string Size(double bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024 / 1024:0.0} GiB"),
    };

    private string Describe(long done, TimeSpan elapsed)
    {
        double rate = done / elapsed.TotalSeconds;
        TimeSpan left = TimeSpan.FromSeconds(rate > 0 ? Math.Min((_total - done) / rate, 359_999) : 359_999);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Size(done)} of {Size(_total)} ({100.0 * done / _total:0} %), {Size(rate)}/s, ETA "
                + $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}");
    }
}
