using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>Masking into another buffer beside a plain copy of the same bytes.</summary>
public static class MaskCases
{
    private const uint Key = 0x37FA213D;

    public static IEnumerable<CompareCase> All() => [Create("4KB", 4 * 1024, 128), Create("256KB", 256 * 1024, 2)];

    private static CompareCase Create(string name, int length, int count)
    {
        byte[] source = new byte[length];
        byte[] destination = new byte[length];
        new Random(length).NextBytes(source);
        return new CompareCase(
            $"websocket.mask.{name}",
            count,
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    WebSocketMask.Apply(source, destination, Key);
                }
            },
            "Span.CopyTo",
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    source.AsSpan().CopyTo(destination);
                }
            },
            1);
    }
}
