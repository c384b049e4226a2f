using System.Threading.Channels;
using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>Connections that do not come in time.</summary>
public class ConformanceCarriersTests
{
    private static readonly Uri Url = new("https://127.0.0.1:4433/");
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly ConformanceCase Asked = Examined.CaseOf(WebTransportClientCases.All, "webtransport-client/", "connect/request/method");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A case that has ended waits for nobody, so that it takes nobody's client.</summary>
    [Fact]
    public async Task A_client_that_comes_after_its_case_is_taken_by_the_next()
    {
        Channel<IQuicCarrier> coming = Channel.CreateUnbounded<IQuicCarrier>();
        ConformanceOptions options = new() { OpenCarrier = (_, stop) => coming.Reader.ReadAsync(stop) };
        ConformanceResult first = await ConformanceRunner.PlayAsync(Url, Asked, options with { Timeout = Short }, Stop);
        Assert.True(first.Finding.IsTimeout);

        await using SubjectCarriers subjects = new(
            carrier => new WebTransportSubject(carrier, WebTransportDefect.None, isClient: true).RunAsync(Stop), isClient: true);
        await using IQuicCarrier client = subjects.Open();
        coming.Writer.TryWrite(client);
        ConformanceResult next = await ConformanceRunner.PlayAsync(Url, Asked, options, Stop);
        Assert.Equal(ConformanceVerdict.Pass, next.Verdict);
    }

    /// <summary>Whoever opens carriers may not look at the token.</summary>
    [Fact]
    public async Task A_carrier_that_comes_too_late_is_disposed_of()
    {
        TaskCompletionSource<IQuicCarrier> opening = new();
        ConformanceOptions options = new() { Timeout = Short, OpenCarrier = (_, _) => new ValueTask<IQuicCarrier>(opening.Task) };
        ConformanceResult result = await ConformanceRunner.PlayAsync(Url, Asked, options, Stop);
        Assert.True(result.Finding.IsTimeout);

        (IQuicCarrier near, IQuicCarrier far) = QuicCarrier.CreatePair();
        opening.SetResult(near);
        Assert.False(await far.WaitToReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }
}
