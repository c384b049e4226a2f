using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>What a connection ends with that neither side has closed.</summary>
internal static class ConnectionEnd
{
    /// <summary>Ends a connection whose event could not be dealt with.</summary>
    /// <returns>What msquic is told.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "No exception crosses into native code.")]
    public static uint Fail(Action<QuicEvent> hasFailed, Exception exception)
    {
        try
        {
            hasFailed(new QuicEvent
            {
                Kind = QuicEventKind.Close,
                ErrorCode = WebTransportErrorCode.InternalError,
                Cause = QuicCloseCause.Failure,
                Reason = exception.GetType().Name,
            });
        }
        catch (Exception)
        {
            // There is no memory to end it with; msquic is told.
        }

        return Status.InternalError;
    }

    /// <summary>What is told where msquic gives a connection up.</summary>
    public static QuicEvent Describe(in ConnectionEvent item)
    {
        bool isIdle = Status.IsIdle(item.Status);
        bool isLost = Status.IsLost(item.Status);
        return new QuicEvent
        {
            Kind = QuicEventKind.Close,
            ErrorCode = WebTransportErrorCode.InternalError,
            Cause = isIdle ? QuicCloseCause.IdleTimeout : isLost ? QuicCloseCause.Lost : QuicCloseCause.TransportError,
            Reason = isIdle || isLost
                ? Status.Describe(item.Status)
                : string.Create(CultureInfo.InvariantCulture, $"transport error 0x{item.TransportErrorCode:x}, {Status.Describe(item.Status)}"),
        };
    }
}
