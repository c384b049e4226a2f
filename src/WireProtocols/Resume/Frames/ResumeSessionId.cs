using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.Resume;

/// <summary>
/// A session's ID: 128 bits from the operating system's generator (wire-resume §3.1). Whoever has it is the session's client, so it is a secret, and
/// <see cref="ToString"/> shows only its beginning.
/// </summary>
public readonly record struct ResumeSessionId
{
    /// <summary>How many bytes it has.</summary>
    public const int Length = 16;

    private readonly UInt128 _value;

    private ResumeSessionId(UInt128 value) => _value = value;

    /// <summary>Whether it is that of no session.</summary>
    public bool IsEmpty => _value == UInt128.Zero;

    /// <summary>Draws one.</summary>
    public static ResumeSessionId Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    /// <summary>Reads one.</summary>
    /// <param name="bytes">16 bytes.</param>
    /// <exception cref="ArgumentException">There are not 16.</exception>
    public static ResumeSessionId Read(ReadOnlySpan<byte> bytes)
        => bytes.Length == Length
            ? new ResumeSessionId(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException("An ID has 16 bytes.", nameof(bytes));

    /// <summary>Writes it.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    /// <exception cref="ArgumentException">There is no room.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentException("An ID has 16 bytes.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt128BigEndian(destination, _value);
    }

    /// <summary>Its first four bytes, for logs.</summary>
    public override string ToString() => $"{(uint)(_value >> 96):x8}…";
}
