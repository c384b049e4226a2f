using System.Buffers;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The platform's zlib, and what stands in for it where it is missing.</summary>
public class ZlibStreamTests
{
    public static TheoryData<bool, bool, int> Pairs
        => [
            .. from deflates in new[] { true, false } from inflates in new[] { true, false } from bits in Enumerable.Range(9, 7) select (
                deflates, inflates, bits),
        ];

    /// <summary>Fails when the platform changes or drops the private exports: then the managed ones are at work, and somebody has to look.</summary>
    [Fact]
    public void The_platform_still_has_what_is_called_in_it() => Assert.True(ZlibStream.IsAvailable);

    [Fact]
    public void A_pool_without_zlib_hands_out_nothing_that_needs_it()
    {
        WebSocketDeflatePool pool = new(usesZlib: false);
        for (int bits = 8; bits <= 15; bits++)
        {
            Assert.IsType<ManagedInflater>(pool.RentInflater(bits));
            Assert.IsType<ManagedDeflater>(pool.RentDeflater(bits, 1));
        }
    }

    [Fact]
    public void Zlib_inflates_the_one_window_that_it_enforces()
    {
        WebSocketDeflatePool pool = new(usesZlib: true);
        Assert.IsType<ZlibInflater>(pool.RentInflater(15));
        Assert.All(Enumerable.Range(8, 7), bits => Assert.IsType<ManagedInflater>(pool.RentInflater(bits)));
    }

    /// <summary>
    /// What either deflater makes for a window, either inflater of that window takes, with and without context, in pieces and empty.
    /// </summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void Windows_are_kept_to(bool deflatesWithZlib, bool inflatesWithZlib, int bits)
    {
        byte[] data = [.. Enumerable.Range(0, 40_000).Select(i => (byte)((i % 700) * 31 >> 3))];
        using WebSocketDeflater deflater = new WebSocketDeflatePool(deflatesWithZlib).RentDeflater(bits, 9);
        using WebSocketInflater inflater = new WebSocketDeflatePool(inflatesWithZlib).RentInflater(bits);
        foreach ((int length, bool keepContext) in new[] { (40_000, true), (0, true), (300, true), (40_000, false), (0, true), (40_000, true) })
        {
            PooledBuffer compressed = default;
            deflater.Deflate(data.AsSpan(0, length / 3), endOfMessage: false, keepContext, ref compressed);
            deflater.Deflate(data.AsSpan(length / 3, length - (length / 3)), endOfMessage: true, keepContext, ref compressed);
            Assert.Equal(data[..length], Inflate(inflater, compressed.Written));
            compressed.Release();
            if (!keepContext)
            {
                inflater.Reset();
            }
        }

        PooledBuffer forgotten = default;
        deflater.Forget();
        deflater.Deflate(data, endOfMessage: true, keepContext: true, ref forgotten);
        inflater.Reset();
        Assert.Equal(data, Inflate(inflater, forgotten.Written));
        forgotten.Release();
    }

    /// <summary>Inflates a byte of output at a time, which leaves an inflater nothing but its window to refer to.</summary>
    private static byte[] Inflate(WebSocketInflater inflater, ReadOnlySpan<byte> payload)
    {
        List<byte> inflated = [];
        Span<byte> one = stackalloc byte[1];
        OperationStatus status;
        do
        {
            status = inflater.Inflate(payload, one, out int consumed, out int written);
            Assert.NotEqual(OperationStatus.InvalidData, status);
            payload = payload[consumed..];
            inflated.AddRange(one[..written]);
        }
        while (status == OperationStatus.DestinationTooSmall);

        Assert.True(payload.IsEmpty);
        Assert.True(inflater.TryFinish());
        return [.. inflated];
    }
}
