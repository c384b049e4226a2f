namespace WireProtocols.WebRtc;

/// <summary>The payload protocol identifiers of WebRTC (RFC 8831 §8): what a user message of SCTP is.</summary>
public enum DataChannelPayload
{
    /// <summary>No payload of WebRTC.</summary>
    None = 0,

    /// <summary>A message of the Data Channel Establishment Protocol.</summary>
    Dcep = 50,

    /// <summary>Text that is not empty.</summary>
    Text = 51,

    /// <summary>A piece of bytes that is not the last; deprecated.</summary>
    BinaryPartial = 52,

    /// <summary>Bytes, not none.</summary>
    Binary = 53,

    /// <summary>A piece of text that is not the last; deprecated.</summary>
    TextPartial = 54,

    /// <summary>Empty text: "the SCTP user message of one zero byte is sent".</summary>
    TextEmpty = 56,

    /// <summary>No bytes, sent as <see cref="TextEmpty"/> is.</summary>
    BinaryEmpty = 57,
}
