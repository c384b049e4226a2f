namespace WireProtocols.Conformance;

/// <summary>The verdict of a case and what came.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Got">What came, in words.</param>
/// <param name="IsTimeout">The verdict rests on something that did not come in time: it is asked for again before it is believed.</param>
public sealed record ConformanceFinding(ConformanceVerdict Verdict, string Got, bool IsTimeout = false)
{
    internal static ConformanceFinding Pass(string got) => new(ConformanceVerdict.Pass, got);

    internal static ConformanceFinding Fail(string got) => new(ConformanceVerdict.Fail, got);

    internal static ConformanceFinding Warn(string got) => new(ConformanceVerdict.Warn, got);

    internal static ConformanceFinding Info(string got) => new(ConformanceVerdict.Info, got);

    internal static ConformanceFinding Skip(string got) => new(ConformanceVerdict.Skip, got);

    internal static ConformanceFinding Late(string got) => new(ConformanceVerdict.Fail, got, IsTimeout: true);
}
