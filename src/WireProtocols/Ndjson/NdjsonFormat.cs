namespace WireProtocols.Ndjson;

/// <summary>How records are told apart.</summary>
public enum NdjsonFormat
{
    /// <summary>A record a line: <c>application/x-ndjson</c> (ndjson-spec 1.0), also known as JSON Lines.</summary>
    Lines,

    /// <summary>A record separator (0x1E) before each record and a line feed after it: <c>application/json-seq</c> (RFC 7464).</summary>
    TextSequence,
}
