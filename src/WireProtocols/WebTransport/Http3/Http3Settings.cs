using System.Buffers;
using System.Collections;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>The payload of a SETTINGS frame (RFC 9114 §7.2.4): parameters in order, none twice. Immutable.</summary>
public sealed class Http3Settings : IReadOnlyList<Http3Setting>
{
    /// <summary>The most parameters that are read from a peer, those with no meaning included.</summary>
    public const int MaxCount = 64;

    private readonly Http3Setting[] _settings;

    /// <summary>Creates settings.</summary>
    /// <param name="settings">The parameters.</param>
    /// <exception cref="ArgumentException">One occurs twice, is reserved, or has a value that it may not have.</exception>
    public Http3Settings(params IEnumerable<Http3Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = [.. settings];
        for (int i = 0; i < _settings.Length; i++)
        {
            if (Check(_settings[i], _settings.AsSpan(0, i)) is var error and not WebTransportProtocolError.None)
            {
                throw new ArgumentException($"{error.GetRule().Text}: 0x{_settings[i].Id:x}.", nameof(settings));
            }
        }
    }

    private Http3Settings(Http3Setting[] settings) => _settings = settings;

    /// <summary>No parameter at all: every value is its default.</summary>
    public static Http3Settings Empty { get; } = new([]);

    /// <summary>The number of parameters.</summary>
    public int Count => _settings.Length;

    /// <summary>A parameter by position.</summary>
    public Http3Setting this[int index] => _settings[index];

    /// <summary>The value of a parameter, or its default where it is absent: 0, or 2^62-1 for SETTINGS_MAX_FIELD_SECTION_SIZE.</summary>
    public long Get(long id)
    {
        foreach (Http3Setting setting in _settings)
        {
            if (setting.Id == id)
            {
                return setting.Value;
            }
        }

        return id == WebTransportSettingId.MaxFieldSectionSize ? QuicVarInt.MaxValue : 0;
    }

    /// <summary>Parses the whole payload of a SETTINGS frame.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="settings">The settings, or <see cref="Empty"/>.</param>
    /// <param name="error">The rule that is broken.</param>
    /// <param name="errorIndex">Where in the payload: the first byte of the parameter.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Parse(
        ReadOnlySpan<byte> payload, out Http3Settings settings, out WebTransportProtocolError error, out int errorIndex)
    {
        settings = Empty;
        errorIndex = 0;
        Http3Setting[] parsed = new Http3Setting[MaxCount];
        int count = 0;
        while (errorIndex < payload.Length)
        {
            if (QuicVarInt.Decode(payload[errorIndex..], out long id, out int idLength) != OperationStatus.Done
                || QuicVarInt.Decode(payload[(errorIndex + idLength)..], out long value, out int valueLength) != OperationStatus.Done)
            {
                error = WebTransportProtocolError.FramePayloadMalformed;
                return OperationStatus.InvalidData;
            }

            Http3Setting setting = new(id, value);
            error = count == MaxCount ? WebTransportProtocolError.TooManySettings : Check(setting, parsed.AsSpan(0, count));
            if (error != WebTransportProtocolError.None)
            {
                return OperationStatus.InvalidData;
            }

            parsed[count++] = setting;
            errorIndex += idLength + valueLength;
        }

        error = WebTransportProtocolError.None;
        settings = new Http3Settings(parsed.AsSpan(0, count).ToArray());
        return OperationStatus.Done;
    }

    /// <summary>The size of the encoded payload in bytes.</summary>
    public int GetPayloadSize()
    {
        int size = 0;
        foreach (Http3Setting setting in _settings)
        {
            size += QuicVarInt.GetLength(setting.Id) + QuicVarInt.GetLength(setting.Value);
        }

        return size;
    }

    /// <summary>Encodes the payload.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        if (destination.Length < GetPayloadSize())
        {
            return OperationStatus.DestinationTooSmall;
        }

        foreach (Http3Setting setting in _settings)
        {
            QuicVarInt.Encode(setting.Id, destination[bytesWritten..], out int idLength);
            QuicVarInt.Encode(setting.Value, destination[(bytesWritten + idLength)..], out int valueLength);
            bytesWritten += idLength + valueLength;
        }

        return OperationStatus.Done;
    }

    /// <inheritdoc/>
    public IEnumerator<Http3Setting> GetEnumerator() => ((IEnumerable<Http3Setting>)_settings).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static WebTransportProtocolError Check(Http3Setting setting, ReadOnlySpan<Http3Setting> before)
    {
        // "Setting identifiers that were defined in [HTTP/2] where there is no corresponding HTTP/3 setting have also been reserved [...]
        // their receipt MUST be treated as a connection error of type H3_SETTINGS_ERROR."
        if (setting.Id is 0x00 or 0x02 or 0x03 or 0x04 or 0x05)
        {
            return WebTransportProtocolError.ReservedSetting;
        }

        // RFC 9297 §2.1.1 and RFC 8441 §3: "MUST be 0 or 1".
        if (setting.Value > 1 && setting.Id is (WebTransportSettingId.H3Datagram or WebTransportSettingId.EnableConnectProtocol))
        {
            return WebTransportProtocolError.InvalidSettingValue;
        }

        foreach (Http3Setting earlier in before)
        {
            if (earlier.Id == setting.Id)
            {
                return WebTransportProtocolError.DuplicateSetting;
            }
        }

        return WebTransportProtocolError.None;
    }
}
