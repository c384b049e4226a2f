using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_time_is_positive_or_without_end(int seconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcServerOptions { MaxTimeout = TimeSpan.FromSeconds(seconds) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcClientOptions { Timeout = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(Timeout.InfiniteTimeSpan, new RpcServerOptions { MaxTimeout = Timeout.InfiniteTimeSpan }.MaxTimeout);
    }

    [Fact]
    public void A_threshold_is_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcServerOptions { CompressionThreshold = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcClientOptions { CompressionThreshold = -1 });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(17)]
    public void A_status_has_a_code_that_exists(int code)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcStatus((RpcStatusCode)code));
        Assert.Throws<ArgumentOutOfRangeException>(() => RpcStatus.Ok with { Code = (RpcStatusCode)code });
    }
}
