using System.Runtime.Intrinsics;

namespace WireProtocols.Buffers;

/// <summary>The tables of <see cref="IUtf8Block"/>: sets of errors, a bit an error.</summary>
internal static class Utf8Errors
{
    private const byte TooShort = 1 << 0;     // a first byte, then no continuation
    private const byte TooLong = 1 << 1;      // ASCII, then a continuation
    private const byte Overlong3 = 1 << 2;    // E0 80-9F
    private const byte TooLarge = 1 << 3;     // F4 90-BF, and F5-FF 90-BF
    private const byte Surrogate = 1 << 4;    // ED A0-BF
    private const byte Overlong2 = 1 << 5;    // C0-C1 80-BF
    private const byte Overlong4 = 1 << 6;    // F0 80-8F
    private const byte TooLarge1000 = 1 << 6; // F5-FF 80-8F: the low half tells it from the one above
    private const byte TwoContinuations = 1 << 7; // wrong, unless a third or fourth byte is due
    private const byte Any = TooShort | TooLong | TwoContinuations; // whatever the low half is

    /// <summary>By the high half of the first neighbour.</summary>
    public static Vector128<byte> FirstHigh => Vector128.Create(
        TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong,
        TwoContinuations, TwoContinuations, TwoContinuations, TwoContinuations,
        TooShort | Overlong2,
        TooShort,
        TooShort | Overlong3 | Surrogate,
        TooShort | TooLarge | TooLarge1000 | Overlong4);

    /// <summary>By its low half.</summary>
    public static Vector128<byte> FirstLow => Vector128.Create(
        Any | Overlong3 | Overlong2 | Overlong4,
        Any | Overlong2,
        Any,
        Any,
        Any | TooLarge,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000 | Surrogate,
        Any | TooLarge | TooLarge1000,
        Any | TooLarge | TooLarge1000);

    /// <summary>By the high half of the second neighbour.</summary>
    public static Vector128<byte> SecondHigh => Vector128.Create(
        TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort,
        TooLong | Overlong2 | TwoContinuations | Overlong3 | TooLarge1000 | Overlong4,
        TooLong | Overlong2 | TwoContinuations | Overlong3 | TooLarge,
        TooLong | Overlong2 | TwoContinuations | Surrogate | TooLarge,
        TooLong | Overlong2 | TwoContinuations | Surrogate | TooLarge,
        TooShort, TooShort, TooShort, TooShort);
}
