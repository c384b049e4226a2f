using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Multipart;

/// <summary>The head of a part, which is held until it is whole.</summary>
internal struct MultipartHead(MultipartOptions options)
{
    private MultipartHeadScanner _scanner = new(options);
    private Scratch _bytes;

    /// <summary>The rule that is broken.</summary>
    public readonly MultipartProtocolError Error => _scanner.Error;

    /// <summary>True where a byte of the head has been there.</summary>
    public readonly bool HasBegun => _scanner.HasBegun;

    /// <summary>Begins with a head.</summary>
    public void Begin() => _scanner.Begin();

    /// <summary>Takes back the fields that were lent.</summary>
    public void EndLoan() => _bytes.EndLoan();

    /// <summary>Gives memory back.</summary>
    public void Release() => _bytes.Release();

    /// <summary>Goes on to the end of the head or of the piece.</summary>
    /// <param name="piece">The bytes that follow those before.</param>
    /// <param name="length">How many of them belong to the head; where a rule is broken, the offending one.</param>
    /// <param name="fields">The fields, where the head is whole.</param>
    public OperationStatus Take(ReadOnlySpan<byte> piece, out int length, out MultipartFields fields)
    {
        fields = default;
        if (!_scanner.Scan(piece, out length))
        {
            return OperationStatus.InvalidData;
        }

        if (!_scanner.HasEnded)
        {
            _bytes.Gather(piece);
            return OperationStatus.NeedMoreData;
        }

        fields = new MultipartFields(_bytes.Lend(piece[..length]));
        return OperationStatus.Done;
    }
}
