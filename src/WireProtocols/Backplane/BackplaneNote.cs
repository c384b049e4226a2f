using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WireProtocols.Backplane;

/// <summary>
/// What a node announces: a byte for the version, its number, for how many milliseconds it holds, whether the others are asked to say theirs, and
/// for each topic the length of its name, its name in UTF-8, and its members. All numbers are in network byte order.
/// </summary>
internal static class BackplaneNote
{
    private const byte Version = 1;
    private const int HeadLength = 1 + sizeof(ulong) + sizeof(uint) + 1;

    /// <summary>A note holds no more than this, so that a node with many topics sends several.</summary>
    private const int MaxLength = 32 * 1024;

    /// <summary>Writes counts into as many notes as they need, one at least.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Encode(
        ulong node, TimeSpan expiry, bool asks, IReadOnlyCollection<(string Topic, int Members)> counts)
    {
        List<ReadOnlyMemory<byte>> notes = [];
        ArrayBufferWriter<byte> note = Begin(node, expiry, asks);
        foreach ((string topic, int members) in counts)
        {
            if (note.WrittenCount >= MaxLength)
            {
                notes.Add(note.WrittenMemory);
                note = Begin(node, expiry, asks: false);
            }

            int length = Encoding.UTF8.GetByteCount(topic);
            Span<byte> count = note.GetSpan(sizeof(ushort) + length + sizeof(int));
            BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)length);
            Encoding.UTF8.GetBytes(topic, count[sizeof(ushort)..]);
            BinaryPrimitives.WriteInt32BigEndian(count[(sizeof(ushort) + length)..], members);
            note.Advance(sizeof(ushort) + length + sizeof(int));
        }

        notes.Add(note.WrittenMemory);
        return notes;
    }

    /// <summary>Reads a note.</summary>
    /// <param name="note">The bytes.</param>
    /// <param name="node">Whose it is.</param>
    /// <param name="expiry">How long it holds.</param>
    /// <param name="asks">Whether the others are to say theirs.</param>
    /// <param name="counts">The members of each topic.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> note, out ulong node, out TimeSpan expiry, out bool asks, out IReadOnlyList<(string Topic, int Members)> counts)
    {
        node = 0;
        expiry = default;
        asks = false;
        List<(string, int)> found = [];
        counts = found;
        if (note.Length < HeadLength || note[0] != Version)
        {
            return false;
        }

        node = BinaryPrimitives.ReadUInt64BigEndian(note[1..]);
        expiry = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32BigEndian(note[(1 + sizeof(ulong))..]));
        asks = note[HeadLength - 1] == 1;
        for (note = note[HeadLength..]; !note.IsEmpty;)
        {
            int length = note.Length < sizeof(ushort) ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(note);
            if (note.Length - sizeof(ushort) - sizeof(int) < length)
            {
                return false;
            }

            int members = BinaryPrimitives.ReadInt32BigEndian(note[(sizeof(ushort) + length)..]);
            if (members < 0)
            {
                return false;
            }

            found.Add((Encoding.UTF8.GetString(note.Slice(sizeof(ushort), length)), members));
            note = note[(sizeof(ushort) + length + sizeof(int))..];
        }

        return true;
    }

    private static ArrayBufferWriter<byte> Begin(ulong node, TimeSpan expiry, bool asks)
    {
        ArrayBufferWriter<byte> note = new(256);
        Span<byte> head = note.GetSpan(HeadLength);
        head[0] = Version;
        BinaryPrimitives.WriteUInt64BigEndian(head[1..], node);
        BinaryPrimitives.WriteUInt32BigEndian(head[(1 + sizeof(ulong))..], (uint)expiry.TotalMilliseconds);
        head[HeadLength - 1] = asks ? (byte)1 : (byte)0;
        note.Advance(HeadLength);
        return note;
    }
}
