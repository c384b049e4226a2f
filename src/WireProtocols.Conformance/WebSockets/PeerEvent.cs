using System.Globalization;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>What a subject did.</summary>
internal abstract record PeerEvent
{
    /// <summary>A whole message, as it was understood.</summary>
    public sealed record Message(bool IsText, byte[] Payload, bool IsCompressed, byte[] Wire) : PeerEvent
    {
        public override string ToString() => $"a {(IsText ? "text" : "binary")} message of {Payload.Length} bytes{Show(Payload)}";
    }

    public sealed record Ping(byte[] Payload) : PeerEvent
    {
        public override string ToString() => $"Ping of {Payload.Length} bytes";
    }

    public sealed record Pong(byte[] Payload) : PeerEvent
    {
        public override string ToString() => $"Pong of {Payload.Length} bytes{Show(Payload)}";
    }

    /// <summary>A Close frame; the code is 0 where it has none.</summary>
    public sealed record Close(int Code, byte[] Reason) : PeerEvent
    {
        public override string ToString() => Code == 0 ? "Close without a code" : string.Create(CultureInfo.InvariantCulture, $"Close {Code}");
    }

    public sealed record End(bool IsReset) : PeerEvent
    {
        public override string ToString() => IsReset ? "a reset of the TCP connection" : "the end of the TCP connection";
    }

    public sealed record Silence : PeerEvent
    {
        public override string ToString() => "nothing in time";
    }

    /// <summary>The subject broke a rule of framing itself.</summary>
    public sealed record Broken(string Rule) : PeerEvent
    {
        public override string ToString() => Rule;
    }

    private static string Show(byte[] payload)
        => payload.Length is 0 or > 32 ? "" : payload.All(b => b is >= 0x20 and < 0x7F)
            ? $" '{Encoding.ASCII.GetString(payload)}'"
            : $" {Convert.ToHexStringLower(payload)}";
}
