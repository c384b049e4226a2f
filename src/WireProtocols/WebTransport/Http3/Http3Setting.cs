namespace WireProtocols.WebTransport;

/// <summary>One parameter of a SETTINGS frame (RFC 9114 §7.2.4).</summary>
/// <param name="Id">The identifier, 0 to 2^62-1; see <see cref="WebTransportSettingId"/>.</param>
/// <param name="Value">The value, 0 to 2^62-1.</param>
public readonly record struct Http3Setting(long Id, long Value);
