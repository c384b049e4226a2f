namespace WireProtocols.WebTransport;

/// <summary>The frame types of HTTP/3 (RFC 9114 §7.2).</summary>
public static class Http3FrameType
{
    /// <summary>DATA.</summary>
    public const long Data = 0x00;

    /// <summary>HEADERS.</summary>
    public const long Headers = 0x01;

    /// <summary>CANCEL_PUSH.</summary>
    public const long CancelPush = 0x03;

    /// <summary>SETTINGS.</summary>
    public const long Settings = 0x04;

    /// <summary>PUSH_PROMISE.</summary>
    public const long PushPromise = 0x05;

    /// <summary>GOAWAY.</summary>
    public const long GoAway = 0x07;

    /// <summary>MAX_PUSH_ID.</summary>
    public const long MaxPushId = 0x0d;

    /// <summary>
    /// True for the types that HTTP/2 used and HTTP/3 has no frame for: "their receipt MUST be treated as a connection error of type
    /// H3_FRAME_UNEXPECTED" (RFC 9114 §7.2.8).
    /// </summary>
    public static bool IsReservedForHttp2(long type) => type is 0x02 or 0x06 or 0x08 or 0x09;

    /// <summary>The name, or null for a type that is not known.</summary>
    public static string? GetName(long type) => type switch
    {
        Data => "DATA",
        Headers => "HEADERS",
        CancelPush => "CANCEL_PUSH",
        Settings => "SETTINGS",
        PushPromise => "PUSH_PROMISE",
        GoAway => "GOAWAY",
        MaxPushId => "MAX_PUSH_ID",
        _ => null,
    };
}
