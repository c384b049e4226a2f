using System.Buffers;
using System.Text;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>Text as the standard's UTF-8 decode algorithm reads it: each maximal subpart that is no character becomes U+FFFD, three bytes.</summary>
internal static class Utf8Repair
{
    /// <summary>How much longer a repaired value can be than the bytes that came.</summary>
    public const int MaxGrowth = 3;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Appends a value to what is gathered, repaired where it has to be.</summary>
    public static void Gather(ref Scratch scratch, ReadOnlySpan<byte> value)
    {
        if (Utf8.IsValid(value))
        {
            scratch.Gather(value);
            return;
        }

        int valid = 0;
        int index = 0;
        while (index < value.Length)
        {
            bool isCharacter = Rune.DecodeFromUtf8(value[index..], out _, out int length) == OperationStatus.Done;
            if (!isCharacter)
            {
                scratch.Gather(value[valid..index]);
                scratch.Gather(Replacement);
                valid = index + length;
            }

            index += length;
        }

        scratch.Gather(value[valid..]);
    }

    /// <summary>
    /// The first byte of a value that its repaired form has no room for; the value's length where all of it fits. Where the value goes on, a
    /// character that its end cuts counts with the bytes that are there: the answer does not depend on how much more has come.
    /// </summary>
    public static int IndexOfFirstWithoutRoom(ReadOnlySpan<byte> value, int room, bool isComplete)
    {
        int index = 0;
        while (index < value.Length)
        {
            OperationStatus status = Rune.DecodeFromUtf8(value[index..], out _, out int length);
            bool isReplaced = status == OperationStatus.InvalidData || (status == OperationStatus.NeedMoreData && isComplete);
            int repaired = isReplaced ? Replacement.Length : length;
            if (repaired > room)
            {
                return index + Math.Min(room, length - 1);
            }

            room -= repaired;
            index += length;
        }

        return value.Length;
    }
}
