using System.Numerics;

namespace WireProtocols.Transports;

/// <summary>How large the next segment of an output is to be: what one wake-up writes goes out in one call, so as large as what went out together
/// before.</summary>
internal struct SegmentSize
{
    public const int Smallest = 4 * 1024;
    public const int Largest = 512 * 1024;

    private long _together;
    private int _next;

    /// <summary>The size of the next segment.</summary>
    public readonly int Next => Math.Max(_next, Smallest);

    /// <summary>So many bytes have been sent.</summary>
    public void Add(int count) => _together += count;

    /// <summary>All has been sent: what comes next is taken to be as much.</summary>
    public void Learn()
    {
        long sent = Math.Min(_together, Largest);
        _together = 0;
        if (sent > Next)
        {
            _next = (int)BitOperations.RoundUpToPowerOf2((ulong)sent);
        }
        else if (sent > 0 && sent < Next / 8)
        {
            _next = Next / 2;
        }
    }
}
