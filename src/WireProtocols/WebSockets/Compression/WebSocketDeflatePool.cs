using System.Collections.Concurrent;

namespace WireProtocols.WebSockets;

/// <summary>
/// Inflaters and deflaters that are free, by window size. Without context takeover a connection holds one only while a message is under way, so that
/// thousands of connections share a few.
/// </summary>
/// <param name="usesZlib">Whether to take the platform's zlib, or what needs nothing private of the platform.</param>
internal sealed class WebSocketDeflatePool(bool usesZlib)
{
    private const int MaxIdle = 16;

    private readonly ConcurrentQueue<WebSocketInflater>[] _inflaters =
        [.. Enumerable.Range(0, WebSocketDeflateParameters.MaxWindowBits + 1).Select(static _ => new ConcurrentQueue<WebSocketInflater>())];

    private readonly ConcurrentDictionary<(int WindowBits, int Level), ConcurrentQueue<WebSocketDeflater>> _deflaters = new();

    /// <summary>The pool of all connections.</summary>
    public static WebSocketDeflatePool Shared { get; } = new(ZlibStream.IsAvailable);

    /// <summary>An inflater with an empty window.</summary>
    public WebSocketInflater RentInflater(int windowBits)
    {
        if (_inflaters[windowBits].TryDequeue(out WebSocketInflater? inflater))
        {
            return inflater;
        }

        return usesZlib && windowBits == WebSocketDeflateParameters.MaxWindowBits ? new ZlibInflater() : new ManagedInflater(windowBits);
    }

    /// <summary>Gives an inflater back.</summary>
    public void Return(WebSocketInflater inflater, int windowBits)
    {
        ConcurrentQueue<WebSocketInflater> idle = _inflaters[windowBits];
        if (idle.Count >= MaxIdle)
        {
            inflater.Dispose();
            return;
        }

        inflater.Reset();
        idle.Enqueue(inflater);
    }

    /// <summary>A deflater with an empty window.</summary>
    public WebSocketDeflater RentDeflater(int windowBits, int level)
    {
        if (IdleDeflaters(windowBits, level).TryDequeue(out WebSocketDeflater? deflater))
        {
            return deflater;
        }

        return usesZlib ? new ZlibDeflater(windowBits, level) : new ManagedDeflater(windowBits, level);
    }

    /// <summary>Gives a deflater back. Its last message has to have ended, and been forgotten.</summary>
    public void Return(WebSocketDeflater deflater, int windowBits, int level)
    {
        ConcurrentQueue<WebSocketDeflater> idle = IdleDeflaters(windowBits, level);
        if (idle.Count >= MaxIdle)
        {
            deflater.Dispose();
            return;
        }

        idle.Enqueue(deflater);
    }

    private ConcurrentQueue<WebSocketDeflater> IdleDeflaters(int windowBits, int level)
        => _deflaters.GetOrAdd((windowBits, level), static _ => new ConcurrentQueue<WebSocketDeflater>());
}
