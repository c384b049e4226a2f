using System.Text;
using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>A session of the subject, and the capsules that come for it.</summary>
internal sealed class WebTransportSubjectSession(WebTransportDefect defect, WebTransportSubjectFlow flow)
{
    private const long FlowControl = WebTransportErrorCode.FlowControlError;
    private readonly List<byte> _input = [];
    private readonly Dictionary<long, long> _limits = [];

    /// <summary>The client has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>What may be received and sent.</summary>
    public WebTransportSubjectFlow Flow => flow;

    /// <summary>Takes in bytes of the CONNECT stream.</summary>
    /// <returns>The code to end the session with, or null.</returns>
    public long? Take(ReadOnlySpan<byte> data)
    {
        if (IsClosed && data.Length > 0)
        {
            return defect == WebTransportDefect.DataBehindClose ? null : WebTransportErrorCode.MessageError;
        }

        _input.AddRange(data);
        while (!IsClosed)
        {
            ReadOnlySpan<byte> rest = _input.ToArray();
            if (!Http3Bytes.TryRead(rest, out long type, out int first) || !Http3Bytes.TryRead(rest[first..], out long length, out int second)
                || rest.Length - first - second < length)
            {
                return null;
            }

            byte[] payload = rest.Slice(first + second, (int)length).ToArray();
            _input.RemoveRange(0, first + second + (int)length);
            if (Obey(type, payload) is { } code)
            {
                return code;
            }
        }

        return _input.Count > 0 && defect != WebTransportDefect.DataBehindClose ? WebTransportErrorCode.MessageError : null;
    }

    /// <summary>The CONNECT stream ends here.</summary>
    public long? End() => _input.Count > 0 && defect != WebTransportDefect.TakesCutOffCapsules ? WebTransportErrorCode.MessageError : null;

    private long? Obey(long type, byte[] payload)
    {
        switch (type)
        {
            case 0x2843:
                IsClosed = true;
                return (payload.Length < 4 && defect != WebTransportDefect.ShortClose)
                    || (payload.Length > 1028 && defect != WebTransportDefect.LongReason)
                    || (payload.Length > 4 && !IsText(payload.AsSpan(4)) && defect != WebTransportDefect.AnyReason)
                        ? WebTransportErrorCode.MessageError : null;
            case 0x78AE:
                return payload.Length > 0 || defect == WebTransportDefect.DrainCloses ? WebTransportErrorCode.MessageError : null;
            case 0x190B4D3E or 0x190B4D42:
                return flow.IsOn && defect != WebTransportDefect.TakesProhibitedCapsules ? FlowControl : null;
            case >= 0x190B4D3D and <= 0x190B4D44:
                return flow.IsOn || defect == WebTransportDefect.FlowWithoutFlow ? Limit(type, payload) : null;
            case 0:
                return null;
            default:
                return defect == WebTransportDefect.RefusesUnknownCapsules ? WebTransportErrorCode.MessageError
                    : defect == WebTransportDefect.LosesLargeCapsules && payload.Length > 16_384 ? WebTransportErrorCode.ExcessiveLoad : null;
        }
    }

    private long? Limit(long type, byte[] payload)
    {
        if (!Http3Bytes.TryRead(payload, out long value, out int length) || length != payload.Length)
        {
            return WebTransportErrorCode.MessageError;
        }

        bool isOfStreams = type is not (0x190B4D3D or 0x190B4D41);
        bool isLimit = type <= 0x190B4D40;
        bool isRight = (!isOfStreams || value <= 1L << 60 || defect == WebTransportDefect.AnyStreamCount)
            && (!isLimit || value > _limits.GetValueOrDefault(type) || defect == WebTransportDefect.LimitsMayFall);
        _limits[type] = value;
        flow.Raise(type, value);
        return isRight ? null : FlowControl;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            new UTF8Encoding(false, true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
