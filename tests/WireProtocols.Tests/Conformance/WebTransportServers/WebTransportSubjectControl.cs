using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The control streams of both sides.</summary>
internal sealed class WebTransportSubjectControl(WebTransportDefect defect)
{
    private long _pushLimit = -1;
    private long _goAway = long.MaxValue;

    /// <summary>The settings of the client; null before they have come.</summary>
    public List<(long Id, long Value)>? Settings { get; private set; }

    public bool HasFlowControl => Settings?.Exists(s => s.Id is 0x2B61 or 0x2B64 or 0x2B65 && s.Value > 0) == true;

    public void Send(IQuicCarrier carrier, bool isClient)
    {
        List<(long, long)> settings = [(1, 0), (7, 0), (0x2C7CF000, 1), (0x2B61, WebTransportSubjectFlow.DataWindow),
            (0x2B64, WebTransportSubjectFlow.UnidirectionalWindow), (0x2B65, WebTransportSubjectFlow.BidirectionalWindow), (Http3Bytes.Grease, 7)];
        if (defect != WebTransportDefect.NoConnectProtocol)
        {
            settings.Add((8, 1));
        }

        if (defect != WebTransportDefect.NoDatagramSetting)
        {
            settings.Add((0x33, 1));
        }

        if (defect is WebTransportDefect.SendsReservedSetting or WebTransportDefect.SendsSettingTwice)
        {
            settings.Add((defect == WebTransportDefect.SendsReservedSetting ? 2 : 7, 0));
        }

        byte[] late = defect == WebTransportDefect.SettingsLate ? Http3Bytes.Frame(Http3Bytes.Grease, 1) : [];
        carrier.SendStream(isClient ? 2 : 3, [0, .. late, .. Http3Bytes.Settings(settings)], endStream: false);
        carrier.SendStream(isClient ? 6 : 7, [2], endStream: false);
        carrier.SendStream(isClient ? 10 : 11, [3], endStream: false);
    }

    /// <summary>A frame on the control stream of the client.</summary>
    /// <returns>The code to close the connection with, or 0.</returns>
    public long Obey(WebTransportSubjectStream stream, long type, byte[] payload)
    {
        if (!stream.HasBegun)
        {
            stream.HasBegun = type == Http3Bytes.SettingsFrame;
            return stream.HasBegun ? TakeSettings(payload)
                : defect == WebTransportDefect.TakesMissingSettings ? 0 : WebTransportErrorCode.MissingSettings;
        }

        bool isWhole = Http3Bytes.TryRead(payload, out long value, out int length)
            && (length == payload.Length || defect == WebTransportDefect.TakesLongPayloads);
        switch (type)
        {
            case Http3Bytes.SettingsFrame:
                return defect == WebTransportDefect.TakesSecondSettings ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.DataFrame or Http3Bytes.HeadersFrame:
                return defect == WebTransportDefect.TakesDataOnControl ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.PushPromiseFrame:
                return defect == WebTransportDefect.TakesPushPromise ? 0 : WebTransportErrorCode.FrameUnexpected;
            case Http3Bytes.GoAwayFrame or Http3Bytes.MaxPushIdFrame or Http3Bytes.CancelPushFrame:
                return isWhole ? TakeId(type, value) : WebTransportErrorCode.FrameError;
            default:
                return IsOfHttp2(type) || (IsUnknown(type) && defect == WebTransportDefect.RefusesUnknownFrames)
                    ? WebTransportErrorCode.FrameUnexpected : 0;
        }
    }

    public bool IsUnknown(long type) => type is > 0x0D and not Http3Bytes.SessionSignal;

    public bool IsOfHttp2(long type) => type is 2 or 6 or 8 or 9 && defect != WebTransportDefect.TakesHttp2Frames;

    private long TakeId(long type, long value)
    {
        bool isRight = type switch
        {
            Http3Bytes.GoAwayFrame => value <= _goAway || defect == WebTransportDefect.TakesAnyGoAway,
            Http3Bytes.MaxPushIdFrame => value >= _pushLimit || defect == WebTransportDefect.LowersPushLimit,
            _ => value <= _pushLimit || defect == WebTransportDefect.TakesAnyCancelPush,
        };
        _goAway = type == Http3Bytes.GoAwayFrame ? value : _goAway;
        _pushLimit = type == Http3Bytes.MaxPushIdFrame ? value : _pushLimit;
        return isRight ? 0 : WebTransportErrorCode.IdError;
    }

    private long TakeSettings(ReadOnlySpan<byte> payload)
    {
        List<(long Id, long Value)> settings = [];
        while (payload.Length > 0)
        {
            if (!Http3Bytes.TryRead(payload, out long id, out int first) || !Http3Bytes.TryRead(payload[first..], out long value, out int second))
            {
                if (defect != WebTransportDefect.TakesCutOffSettings)
                {
                    return WebTransportErrorCode.FrameError;
                }

                break;
            }

            payload = payload[(first + second)..];
            if ((id is >= 2 and <= 5 && defect != WebTransportDefect.TakesReservedSettings)
                || (id == 0x33 && value > 1 && defect != WebTransportDefect.TakesAnyDatagramSetting)
                || (id == Http3Bytes.Grease && defect == WebTransportDefect.RefusesUnknownSettings))
            {
                return WebTransportErrorCode.SettingsError;
            }

            settings.Add((id, value));
        }

        Settings = settings;
        return 0;
    }
}
