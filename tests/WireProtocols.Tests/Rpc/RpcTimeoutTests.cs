using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1S", 10_000_000)]
    [InlineData("001m", 10_000)]
    [InlineData("3u", 30)]
    [InlineData("100n", 1)]
    [InlineData("1n", 1)]
    [InlineData("99999999H", 99_999_999L * 36_000_000_000)]
    public void A_timeout_of_grpc_is_digits_and_a_unit(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("0S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1s")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    [InlineData("100000000S")]
    [InlineData("٣S")]
    public void What_is_no_timeout_of_grpc_is_refused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(1, "100n")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_000, "100000u")]
    [InlineData(864_000_000_000, "86400000m")]
    [InlineData(1_728_000_000_000, "172800S")]
    [InlineData(1_000_000_000_000_001, "100000001m", false)]
    [InlineData(1_000_000_200_000_000, "1666667M")]
    public void A_timeout_is_written_in_eight_digits_and_never_shorter(long ticks, string expected, bool isExact = true)
    {
        string text = GrpcTimeout.Format(new TimeSpan(ticks));
        Assert.InRange(text.Length, 2, 9);
        Assert.True(GrpcTimeout.TryParse(text, out TimeSpan again) && again.Ticks >= ticks);
        Assert.True(!isExact || text == expected, text);
    }

    [Fact]
    public void A_timeout_that_cannot_be_written_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GrpcTimeout.Format(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => GrpcTimeout.Format(Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => GrpcTimeout.Format(TimeSpan.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectTimeout.Format(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectTimeout.Format(TimeSpan.FromMilliseconds(10_000_000_000)));
    }

    [Theory]
    [InlineData("5000", 5000)]
    [InlineData("9999999999", 9_999_999_999)]
    [InlineData("0", 0)]
    [InlineData("", 0)]
    [InlineData("10000000000", 0)]
    [InlineData("1 ", 0)]
    [InlineData("-5", 0)]
    public void A_timeout_of_connect_is_milliseconds_in_ten_digits(string text, long milliseconds)
    {
        Assert.Equal(milliseconds > 0, ConnectTimeout.TryParse(text, out TimeSpan timeout));
        Assert.Equal(milliseconds, (long)timeout.TotalMilliseconds);
    }

    [Fact]
    public void Any_timeout_comes_back_as_long_or_a_little_longer()
        => Prop.ForAll<long>(number =>
        {
            TimeSpan timeout = new(1 + (number & 0x00FF_FFFF_FFFF_FFFF));
            bool isGrpc = GrpcTimeout.TryParse(GrpcTimeout.Format(timeout), out TimeSpan grpc) && grpc >= timeout && grpc - timeout <= timeout / 1000;
            TimeSpan shorter = new(1 + (number & 0x0000_3FFF_FFFF_FFFF));
            return isGrpc && ConnectTimeout.TryParse(ConnectTimeout.Format(shorter), out TimeSpan connect) && connect >= shorter
                && connect - shorter < TimeSpan.FromMilliseconds(1);
        }).Check(Config.QuickThrowOnFailure);
}
