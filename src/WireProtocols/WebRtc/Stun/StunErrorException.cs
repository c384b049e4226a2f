using System.Globalization;

namespace WireProtocols.WebRtc;

/// <summary>A server answered with an error.</summary>
public sealed class StunErrorException : Exception
{
    internal StunErrorException(int code, string reason)
        : base(string.Create(CultureInfo.InvariantCulture, $"The server answered with error {code}: {reason}"))
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The code, 300 to 699.</summary>
    public int Code { get; }

    /// <summary>The phrase.</summary>
    public string Reason { get; }
}
