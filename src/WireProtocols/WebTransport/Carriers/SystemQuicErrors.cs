using System.Globalization;
using System.Net.Quic;
using System.Runtime.Versioning;
using System.Threading.Channels;

namespace WireProtocols.WebTransport;

/// <summary>What the exceptions of the platform's QUIC say.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal static class SystemQuicErrors
{
    /// <summary>True where a stream or its connection is over, which is told elsewhere.</summary>
    public static bool IsEnd(Exception exception)
        => exception is QuicException or OperationCanceledException or ObjectDisposedException or ChannelClosedException or IOException
            or InvalidOperationException;

    /// <summary>The code with which the peer aborted a stream, or null where it was not the peer or not the stream.</summary>
    public static long? GetStreamCode(Exception exception)
        => exception is QuicException { QuicError: QuicError.StreamAborted } aborted ? aborted.ApplicationErrorCode.GetValueOrDefault() : null;

    /// <summary>How a connection ended; null where this side has ended it.</summary>
    public static QuicEvent? GetClose(Exception exception) => exception switch
    {
        QuicException { QuicError: QuicError.ConnectionAborted } e
            => new QuicEvent { Kind = QuicEventKind.Close, ErrorCode = e.ApplicationErrorCode.GetValueOrDefault() },
        QuicException { QuicError: QuicError.ConnectionIdle } => Broken(QuicCloseCause.IdleTimeout, "idle timeout"),
        QuicException { QuicError: QuicError.ConnectionTimeout } => Broken(QuicCloseCause.Lost, "the peer does not answer"),
        QuicException { QuicError: QuicError.TransportError } e => Broken(
            QuicCloseCause.TransportError,
            string.Create(CultureInfo.InvariantCulture, $"transport error 0x{e.TransportErrorCode.GetValueOrDefault():x}")),
        QuicException { QuicError: not QuicError.OperationAborted } e => Broken(QuicCloseCause.Lost, e.Message),
        _ => null,
    };

    /// <summary>Aborts one side of a stream, where it is not over already.</summary>
    public static void Abort(QuicStream stream, QuicAbortDirection direction, long errorCode)
    {
        try
        {
            stream.Abort(direction, errorCode);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // It is over already.
        }
    }

    private static QuicEvent Broken(QuicCloseCause cause, string reason)
        => new() { Kind = QuicEventKind.Close, ErrorCode = WebTransportErrorCode.InternalError, Cause = cause, Reason = reason };
}
