using System.Diagnostics;

namespace WireProtocols.WebTransport;

/// <summary>
/// The error codes that WebTransport puts into RESET_STREAM, STOP_SENDING and CONNECTION_CLOSE: those of HTTP/3 (RFC 9114 §8.1), QPACK
/// (RFC 9204 §6), HTTP Datagrams (RFC 9297 §5.2) and WebTransport (draft-ietf-webtrans-http3 §9.5), and the mapping of an application's
/// 32-bit codes into them (draft-ietf-webtrans-http3 §4.4).
/// </summary>
public static class WebTransportErrorCode
{
    /// <summary>H3_DATAGRAM_ERROR.</summary>
    public const long DatagramError = 0x33;

    /// <summary>H3_NO_ERROR.</summary>
    public const long NoError = 0x100;

    /// <summary>H3_GENERAL_PROTOCOL_ERROR.</summary>
    public const long GeneralProtocolError = 0x101;

    /// <summary>H3_INTERNAL_ERROR.</summary>
    public const long InternalError = 0x102;

    /// <summary>H3_STREAM_CREATION_ERROR.</summary>
    public const long StreamCreationError = 0x103;

    /// <summary>H3_CLOSED_CRITICAL_STREAM.</summary>
    public const long ClosedCriticalStream = 0x104;

    /// <summary>H3_FRAME_UNEXPECTED.</summary>
    public const long FrameUnexpected = 0x105;

    /// <summary>H3_FRAME_ERROR.</summary>
    public const long FrameError = 0x106;

    /// <summary>H3_EXCESSIVE_LOAD.</summary>
    public const long ExcessiveLoad = 0x107;

    /// <summary>H3_ID_ERROR.</summary>
    public const long IdError = 0x108;

    /// <summary>H3_SETTINGS_ERROR.</summary>
    public const long SettingsError = 0x109;

    /// <summary>H3_MISSING_SETTINGS.</summary>
    public const long MissingSettings = 0x10a;

    /// <summary>H3_REQUEST_REJECTED.</summary>
    public const long RequestRejected = 0x10b;

    /// <summary>H3_REQUEST_CANCELLED.</summary>
    public const long RequestCancelled = 0x10c;

    /// <summary>H3_REQUEST_INCOMPLETE.</summary>
    public const long RequestIncomplete = 0x10d;

    /// <summary>H3_MESSAGE_ERROR.</summary>
    public const long MessageError = 0x10e;

    /// <summary>QPACK_DECOMPRESSION_FAILED.</summary>
    public const long QpackDecompressionFailed = 0x200;

    /// <summary>QPACK_ENCODER_STREAM_ERROR.</summary>
    public const long QpackEncoderStreamError = 0x201;

    /// <summary>QPACK_DECODER_STREAM_ERROR.</summary>
    public const long QpackDecoderStreamError = 0x202;

    /// <summary>WT_BUFFERED_STREAM_REJECTED.</summary>
    public const long BufferedStreamRejected = 0x3994bd84;

    /// <summary>WT_SESSION_GONE.</summary>
    public const long SessionGone = 0x170d7b68;

    /// <summary>WT_FLOW_CONTROL_ERROR.</summary>
    public const long FlowControlError = 0x045d4487;

    /// <summary>WT_ALPN_ERROR.</summary>
    public const long AlpnError = 0x0817b3dd;

    /// <summary>WT_REQUIREMENTS_NOT_MET.</summary>
    public const long RequirementsNotMet = 0x212c0d48;

    /// <summary>The first code of the range WT_APPLICATION_ERROR: application code 0.</summary>
    public const long FirstApplicationError = 0x52e4a40fa8db;

    /// <summary>The last code of the range WT_APPLICATION_ERROR: application code 2^32-1.</summary>
    public const long LastApplicationError = 0x52e5ac983162;

    /// <summary>Maps an application error code of a stream to the code that is sent for it (draft-ietf-webtrans-http3 §4.4).</summary>
    /// <returns>A code from <see cref="FirstApplicationError"/> to <see cref="LastApplicationError"/> that is not reserved.</returns>
    public static long FromApplicationCode(uint code)
    {
        // "return first + n + floor(n / 0x1e)": every 31st codepoint, of the form 0x1f * N + 0x21, is reserved and skipped.
        long mapped = FirstApplicationError + code + (code / 0x1e);
        Debug.Assert(mapped <= LastApplicationError && !IsReserved(mapped));
        return mapped;
    }

    /// <summary>Maps a received code back to the application's (draft-ietf-webtrans-http3 §4.4).</summary>
    /// <param name="errorCode">The code of a RESET_STREAM or STOP_SENDING.</param>
    /// <param name="code">The application error code, or 0.</param>
    /// <returns>False for a code outside the range and for a reserved one: the stream is reset all the same, without an application code.</returns>
    public static bool TryGetApplicationCode(long errorCode, out uint code)
    {
        if (errorCode < FirstApplicationError || errorCode > LastApplicationError || IsReserved(errorCode))
        {
            code = 0;
            return false;
        }

        long shifted = errorCode - FirstApplicationError;
        code = (uint)(shifted - (shifted / 0x1f));
        return true;
    }

    /// <summary>True for codes of the form 0x1f * N + 0x21, which have no meaning (RFC 9114 §8.1).</summary>
    public static bool IsReserved(long errorCode) => errorCode >= 0x21 && (errorCode - 0x21) % 0x1f == 0;

    /// <summary>The registered name, for instance <c>H3_MESSAGE_ERROR</c>, or null.</summary>
    public static string? GetName(long errorCode) => errorCode switch
    {
        DatagramError => "H3_DATAGRAM_ERROR",
        NoError => "H3_NO_ERROR",
        GeneralProtocolError => "H3_GENERAL_PROTOCOL_ERROR",
        InternalError => "H3_INTERNAL_ERROR",
        StreamCreationError => "H3_STREAM_CREATION_ERROR",
        ClosedCriticalStream => "H3_CLOSED_CRITICAL_STREAM",
        FrameUnexpected => "H3_FRAME_UNEXPECTED",
        FrameError => "H3_FRAME_ERROR",
        ExcessiveLoad => "H3_EXCESSIVE_LOAD",
        IdError => "H3_ID_ERROR",
        SettingsError => "H3_SETTINGS_ERROR",
        MissingSettings => "H3_MISSING_SETTINGS",
        RequestRejected => "H3_REQUEST_REJECTED",
        RequestCancelled => "H3_REQUEST_CANCELLED",
        RequestIncomplete => "H3_REQUEST_INCOMPLETE",
        MessageError => "H3_MESSAGE_ERROR",
        QpackDecompressionFailed => "QPACK_DECOMPRESSION_FAILED",
        QpackEncoderStreamError => "QPACK_ENCODER_STREAM_ERROR",
        QpackDecoderStreamError => "QPACK_DECODER_STREAM_ERROR",
        BufferedStreamRejected => "WT_BUFFERED_STREAM_REJECTED",
        SessionGone => "WT_SESSION_GONE",
        FlowControlError => "WT_FLOW_CONTROL_ERROR",
        AlpnError => "WT_ALPN_ERROR",
        RequirementsNotMet => "WT_REQUIREMENTS_NOT_MET",
        _ => TryGetApplicationCode(errorCode, out _) ? "WT_APPLICATION_ERROR" : null,
    };
}
