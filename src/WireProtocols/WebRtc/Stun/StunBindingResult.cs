using System.Net;

namespace WireProtocols.WebRtc;

/// <summary>What a server saw of a client.</summary>
public sealed class StunBindingResult
{
    internal StunBindingResult(IPEndPoint mappedAddress, string? software, int requests, TimeSpan time)
    {
        MappedAddress = mappedAddress;
        Software = software;
        Requests = requests;
        Time = time;
    }

    /// <summary>The address that the server sees.</summary>
    public IPEndPoint MappedAddress { get; }

    /// <summary>What the server says that it is, or null.</summary>
    public string? Software { get; }

    /// <summary>How many requests were sent.</summary>
    public int Requests { get; }

    /// <summary>The time from the first request to the answer.</summary>
    public TimeSpan Time { get; }
}
