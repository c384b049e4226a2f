using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace WireProtocols.WebSockets;

/// <summary>
/// Masking keys. "The masking key needs to be unpredictable; thus, the masking key MUST be derived from a strong source of entropy" (RFC 6455 §5.3).
/// </summary>
public static class WebSocketMaskingKey
{
    // A call into the generator costs hundreds of nanoseconds whatever its size, so each thread draws a page of keys at a time.
    private const int KeysADraw = 1024;

    [ThreadStatic]
    private static uint[]? _keys;

    [ThreadStatic]
    private static int _used;

    /// <summary>A fresh key from the operating system's cryptographic generator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Next()
    {
        uint[]? keys = _keys;
        int index = _used;
        if (keys is null || (uint)index >= (uint)keys.Length)
        {
            return Draw();
        }

        _used = index + 1;
        return keys[index];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Draw()
    {
        // Should the generator fail, nothing may look like a page of keys.
        uint[] keys = _keys ?? new uint[KeysADraw];

        // In bounds: it is the same memory, seen as bytes.
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
        _keys = keys;
        _used = 1;
        return keys[0];
    }
}
