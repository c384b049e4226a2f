using System.Collections.Concurrent;

namespace WireProtocols.WebSockets;

/// <summary>
/// zlib states that are free, by window size. Without context takeover a connection holds one only while a message is under way, so that
/// thousands of connections share a few.
/// </summary>
internal static class WebSocketDeflatePool
{
    private const int MaxIdle = 16;

    private static readonly ConcurrentQueue<WebSocketInflater>[] Inflaters = CreateQueues<WebSocketInflater>();
    private static readonly ConcurrentDictionary<(int WindowBits, int Level), ConcurrentQueue<WebSocketDeflater>> Deflaters = new();

    /// <summary>An inflater with an empty window.</summary>
    public static WebSocketInflater RentInflater(int windowBits)
        => Inflaters[windowBits].TryDequeue(out WebSocketInflater? inflater) ? inflater : new WebSocketInflater(windowBits);

    /// <summary>Gives an inflater back.</summary>
    public static void Return(WebSocketInflater inflater, int windowBits)
    {
        ConcurrentQueue<WebSocketInflater> idle = Inflaters[windowBits];
        if (idle.Count >= MaxIdle)
        {
            inflater.Dispose();
            return;
        }

        inflater.Reset();
        idle.Enqueue(inflater);
    }

    /// <summary>A deflater with an empty window.</summary>
    public static WebSocketDeflater RentDeflater(int windowBits, int level)
        => IdleDeflaters(windowBits, level).TryDequeue(out WebSocketDeflater? deflater) ? deflater : new WebSocketDeflater(windowBits, level);

    /// <summary>Gives a deflater back. Its last message ended with a full flush.</summary>
    public static void Return(WebSocketDeflater deflater, int windowBits, int level)
    {
        ConcurrentQueue<WebSocketDeflater> idle = IdleDeflaters(windowBits, level);
        if (idle.Count >= MaxIdle)
        {
            deflater.Dispose();
            return;
        }

        idle.Enqueue(deflater);
    }

    private static ConcurrentQueue<WebSocketDeflater> IdleDeflaters(int windowBits, int level)
        => Deflaters.GetOrAdd((windowBits, level), static _ => new ConcurrentQueue<WebSocketDeflater>());

    private static ConcurrentQueue<T>[] CreateQueues<T>()
        => [.. Enumerable.Range(0, WebSocketDeflateParameters.MaxWindowBits + 1).Select(static _ => new ConcurrentQueue<T>())];
}
