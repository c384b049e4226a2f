using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace WireProtocols.Ndjson;

/// <summary>
/// Tells of a whole text at a glance that it is UTF-8 and one JSON text (RFC 8259), if it is one of the usual kind. There is no second answer: where
/// this does not say yes, the text may still be JSON, and <see cref="JsonSyntax"/> has to look.
/// </summary>
/// <remarks>For whoever changes this: it is fast because what may come next is a place in the code and not a variable, and because the ends of
/// strings are looked for in 64 bytes at once, so that no search waits for a load that waits for the search before.</remarks>
internal static class JsonGlance
{
    private const int MaxKinds = 64;

    // Behind every text, so that nothing is found there.
    private const int Refused = int.MaxValue;

    /// <summary>Whether a text is JSON for certain. The one white space between its tokens is then the space.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxDepth">How many arrays and objects may be open at once.</param>
    public static bool IsCertain(ReadOnlySpan<byte> text, int maxDepth)
    {
        if (!Specials.CanSee(text))
        {
            return false;
        }

        Specials specials = new(text);
        ulong kinds = 0; // A bit for each open array or object, the innermost one lowest: set for an object.
        int depth = 0;
        int at = 0;
        while (at < text.Length)
        {
            // A value begins here.
            byte first = text[at];
            if (first == '"')
            {
                at = PassString(text, ref specials, at);
            }
            else if (char.IsAsciiDigit((char)first) || first == '-')
            {
                at = PassNumber(text, at);
            }
            else if (first is (byte)'{' or (byte)'[')
            {
                if (depth == MaxKinds || depth >= maxDepth || ++at == text.Length)
                {
                    return false;
                }

                depth++;
                kinds = kinds << 1 | (first == '{' ? 1UL : 0);
                if (text[at] != Close(kinds))
                {
                    at = IsObject(kinds) ? PassName(text, ref specials, at) : at;
                    continue;
                }
            }
            else if (first == ' ')
            {
                at++;
                continue;
            }
            else
            {
                at = PassLiteral(text, at);
            }

            // A value ends here, and perhaps those around it.
            while (true)
            {
                if (at >= text.Length)
                {
                    return at == text.Length && depth == 0;
                }

                byte next = text[at++];
                if (next == ',' && depth > 0)
                {
                    at = IsObject(kinds) ? PassName(text, ref specials, at) : at;
                    break;
                }

                if (next == Close(kinds) && depth > 0)
                {
                    depth--;
                    kinds >>= 1;
                }
                else if (next != ' ')
                {
                    return false;
                }
            }
        }

        return false;
    }

    private static bool IsObject(ulong kinds) => (kinds & 1) != 0;

    private static byte Close(ulong kinds) => IsObject(kinds) ? (byte)'}' : (byte)']';

    /// <summary>Passes over a name and its colon, and before them over any number of members whose values are strings.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PassName(ReadOnlySpan<byte> text, ref Specials specials, int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at >= text.Length || text[at] != '"')
        {
            return Refused;
        }

        while (true)
        {
            int end = specials.IndexFrom(at + 1);
            ReadOnlySpan<byte> rest = text[end..];
            if (!rest.StartsWith("\":\""u8))
            {
                return rest.StartsWith("\":"u8) ? end + 2 : PassColon(text, PassString(text, ref specials, at));
            }

            at = end + 2;
            end = specials.IndexFrom(at + 1);
            if (!text[end..].StartsWith("\",\""u8))
            {
                return at;
            }

            at = end + 2;
        }
    }

    private static int PassColon(ReadOnlySpan<byte> text, int at) => at < text.Length && text[at] == ':' ? at + 1 : Refused;

    /// <summary>Passes over a string, whose quotation mark stands at <paramref name="at"/>.</summary>
    private static int PassString(ReadOnlySpan<byte> text, ref Specials specials, int at)
    {
        at = specials.IndexFrom(at + 1);
        return at < text.Length && text[at] == '"' ? at + 1 : PassRestOfString(text, ref specials, at);
    }

    private static int PassRestOfString(ReadOnlySpan<byte> text, ref Specials specials, int at)
    {
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] >= 0x80)
            {
                if (!specials.AreUtf8)
                {
                    return Refused;
                }

                while (at < text.Length && text[at] >= 0x80)
                {
                    at++;
                }
            }
            else if (text[at] == '\\' && IsEscape(text[(at + 1)..]))
            {
                // Four digits may follow, as if they were characters of the string.
                at += 2;
            }
            else
            {
                return Refused;
            }

            at = specials.IndexFrom(at);
        }

        return at < text.Length ? at + 1 : Refused;
    }

    private static bool IsEscape(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..] => true,
        [(byte)'u', var a, var b, var c, var d, ..] => char.IsAsciiHexDigit((char)a) && char.IsAsciiHexDigit((char)b)
            && char.IsAsciiHexDigit((char)c) && char.IsAsciiHexDigit((char)d),
        _ => false,
    };

    /// <summary>Passes over an integer and its fraction. A number with an exponent is not usual.</summary>
    private static int PassNumber(ReadOnlySpan<byte> text, int at)
    {
        at += text[at] == '-' ? 1 : 0;
        int start = at;
        at = PassDigits(text, at);
        if (at == start || (text[start] == '0' && at != start + 1))
        {
            // "Leading zeros are not allowed" (RFC 8259 §6).
            return Refused;
        }

        if (at < text.Length && text[at] == '.')
        {
            int point = at;
            at = PassDigits(text, point + 1);
            return at == point + 1 ? Refused : at;
        }

        return at;
    }

    private static int PassDigits(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            at++;
        }

        return at;
    }

    private static int PassLiteral(ReadOnlySpan<byte> text, int at)
    {
        ReadOnlySpan<byte> rest = text[at..];
        return rest.StartsWith("true"u8) || rest.StartsWith("null"u8) ? at + 4 : rest.StartsWith("false"u8) ? at + 5 : Refused;
    }

    /// <summary>What is special in a string, found 64 bytes at a time: quotation marks, backslashes, control characters, and bytes that are not
    /// ASCII.</summary>
    private ref struct Specials(ReadOnlySpan<byte> text)
    {
        private const int WindowLength = 64;

        private readonly ReadOnlySpan<byte> _text = text;
        private ulong _window; // A bit for each of the 64 bytes from _start on: set for a special one.
        private int _start = -WindowLength;
        private bool _areUtf8;

        /// <summary>Whether all bytes together are UTF-8, which is asked once.</summary>
        public bool AreUtf8 => _areUtf8 = _areUtf8 || Utf8.IsValid(_text);

        /// <summary>Whether they can be found here: there are vectors, and the text fills one.</summary>
        public static bool CanSee(ReadOnlySpan<byte> text) => Vector256.IsHardwareAccelerated && text.Length >= Vector256<byte>.Count;

        /// <summary>The index of the first one from <paramref name="index"/> on, or the length where there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int IndexFrom(int index)
        {
            uint passed = (uint)(index - _start);
            bool isInWindow = passed < WindowLength;
            ulong rest = isInWindow ? _window >> (int)passed : 0;
            return rest != 0 ? index + BitOperations.TrailingZeroCount(rest) : Search(isInWindow ? _start + WindowLength : index);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private int Search(int index)
        {
            for (; index < _text.Length; index += WindowLength)
            {
                _start = index;
                _window = See(index) | (ulong)See(index + Vector256<byte>.Count) << Vector256<byte>.Count;
                if (_window != 0)
                {
                    return index + BitOperations.TrailingZeroCount(_window);
                }
            }

            return _text.Length;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly uint See(int index)
        {
            ref byte origin = ref MemoryMarshal.GetReference(_text);
            int last = _text.Length - Vector256<byte>.Count;
            if (index <= last)
            {
                // In bounds: index is at most 32 bytes before the end.
                return See(Vector256.LoadUnsafe(ref Unsafe.Add(ref origin, index)));
            }

            // In bounds: the text has at least 32 bytes, and these are its last; what is before index is shifted out.
            return index >= _text.Length ? 0 : See(Vector256.LoadUnsafe(ref Unsafe.Add(ref origin, last))) >> (index - last);
        }

        /// <summary>As a signed number, a byte that is not ASCII is below the space too.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static uint See(Vector256<byte> bytes)
            => (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)' ')).AsByte()).ExtractMostSignificantBits();
    }
}
