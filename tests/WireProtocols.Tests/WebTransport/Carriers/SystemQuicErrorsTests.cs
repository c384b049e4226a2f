using System.Net.Quic;
using System.Runtime.Versioning;
using System.Threading.Channels;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>What the platform's exceptions say needs no library below it.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public class SystemQuicErrorsTests
{
    [Theory]
    [InlineData(QuicError.ConnectionAborted, 0x100L, QuicCloseCause.Application, 0x100L, "")]
    [InlineData(QuicError.ConnectionIdle, null, QuicCloseCause.IdleTimeout, WebTransportErrorCode.InternalError, "idle timeout")]
    [InlineData(QuicError.ConnectionTimeout, null, QuicCloseCause.Lost, WebTransportErrorCode.InternalError, "the peer does not answer")]
    [InlineData(QuicError.TransportError, null, QuicCloseCause.TransportError, WebTransportErrorCode.InternalError, "transport error 0x0")]
    [InlineData(QuicError.InternalError, null, QuicCloseCause.Lost, WebTransportErrorCode.InternalError, "what it says")]
    public void The_end_of_a_connection_says_why(QuicError error, long? code, QuicCloseCause cause, long expected, string reason)
    {
        QuicEvent close = SystemQuicErrors.GetClose(new QuicException(error, code, "what it says"))!.Value;
        Assert.Equal((QuicEventKind.Close, cause, expected, reason), (close.Kind, close.Cause, close.ErrorCode, close.Reason ?? ""));
    }

    [Fact]
    public void This_sides_own_end_is_none()
    {
        Assert.Null(SystemQuicErrors.GetClose(new QuicException(QuicError.OperationAborted, null, "")));
        Assert.Null(SystemQuicErrors.GetClose(new IOException()));
    }

    [Fact]
    public void Only_the_peers_abort_of_a_stream_has_a_code()
    {
        Assert.Equal(9, SystemQuicErrors.GetStreamCode(new QuicException(QuicError.StreamAborted, 9, "")));
        Assert.Equal(0, SystemQuicErrors.GetStreamCode(new QuicException(QuicError.StreamAborted, null, "")));
        Assert.Null(SystemQuicErrors.GetStreamCode(new QuicException(QuicError.ConnectionAborted, 9, "")));
        Assert.Null(SystemQuicErrors.GetStreamCode(new IOException()));
    }

    [Fact]
    public void What_says_that_something_is_over_is_told_from_faults()
    {
        Exception[] ends
            = [new QuicException(QuicError.StreamAborted, 1, ""), new OperationCanceledException(), new ObjectDisposedException(""),
                new ChannelClosedException(), new IOException(), new InvalidOperationException()];
        Assert.All(ends, e => Assert.True(SystemQuicErrors.IsEnd(e)));
        Assert.False(SystemQuicErrors.IsEnd(new ArgumentException("")));
    }
}
