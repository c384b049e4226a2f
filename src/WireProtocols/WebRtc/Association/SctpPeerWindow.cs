namespace WireProtocols.WebRtc;

/// <summary>How much room the peer has, and when it is asked again where it has none (RFC 9260 §6.1).</summary>
internal sealed class SctpPeerWindow(SctpAssociationOptions options, SctpTimeout timeout)
{
    private const int MaxDoublings = 16;
    private const int Overhead = SctpPacket.HeaderSize + SctpChunk.HeaderSize + SctpData.FieldsSize;

    private long _bytes;
    private int _probes;

    /// <summary>The most bytes of a fragment.</summary>
    public int MaxFragment { get; private set; } = ((options.MaxPacketSize & ~3) - Overhead) & ~3;

    /// <summary>When something that does not fit may go out as a probe; null where that is at once.</summary>
    public TimeSpan? ProbeAt { get; private set; }

    /// <summary>Sets the window that the peer began with. A fragment that is larger would never fit.</summary>
    public void Begin(uint bytes)
    {
        _bytes = bytes;
        MaxFragment = (int)Math.Min(MaxFragment, bytes & ~3u);
    }

    /// <summary>How many bytes the next fragment of a message has.</summary>
    public int NextLength(SctpOutboundMessage message) => Math.Min(MaxFragment, message.Payload.Length - message.Sent);

    /// <summary>Whether the peer has room for the next fragment of a message.</summary>
    public bool Fits(SctpOutboundMessage message) => NextLength(message) <= _bytes;

    /// <summary>Something has been sent.</summary>
    public void Take(int length) => _bytes = Math.Max(0, _bytes - length);

    /// <summary>
    /// A SACK says how much room there is: "the first zero window probe after 1 RTO", and "increase the probe interval exponentially afterwards".
    /// </summary>
    /// <param name="bytes">The window of the SACK.</param>
    /// <param name="flight">How many bytes are on the way.</param>
    /// <param name="now">The time.</param>
    public void Update(uint bytes, long flight, TimeSpan now)
    {
        _bytes = Math.Max(0, bytes - flight);
        if (_bytes >= MaxFragment)
        {
            ProbeAt = null;
            _probes = 0;
        }
        else if (flight == 0)
        {
            TimeSpan wait = timeout.Value * (1 << Math.Min(_probes, MaxDoublings));
            ProbeAt ??= now + (wait < options.MaxTimeout ? wait : options.MaxTimeout);
        }
    }

    /// <summary>A probe goes out.</summary>
    public void Probe()
    {
        ProbeAt = null;
        _probes++;
    }
}
