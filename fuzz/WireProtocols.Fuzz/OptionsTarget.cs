using System.Buffers;

namespace WireProtocols.Fuzz;

/// <summary>A decoder as <see cref="OptionsTarget"/> drives it: its elements are rows.</summary>
internal interface IDecoderUnderOptions : IDisposable
{
    /// <summary>Empty rows of its kind.</summary>
    Transcript CreateRows() => new();

    /// <summary>Decodes the next element and adds its row.</summary>
    OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows);

    /// <summary>Ends the input and adds a row that says how: the error with its offset, or the position.</summary>
    void Complete(Transcript rows);

    void Reset();

    /// <summary>A fresh decoder that knows what this one keeps over a Reset; null where that is nothing.</summary>
    IDecoderUnderOptions? CreateHeir() => null;
}

/// <summary>
/// A decoder with options that the input chooses, realistic ones and tiny ones. Fed in pieces it says what it says of the whole; and so does one that
/// is used again, whatever was in it before: half an input, a whole one, an error. The first bytes are the options, then where the first life
/// ends, then the plan of <see cref="InputPieces"/>.
/// </summary>
public abstract class OptionsTarget : FuzzTarget
{
    /// <summary>How many bytes stand before the elements.</summary>
    protected const int SetupBytes = OptionBytes + 2;

    private const int OptionBytes = 6;

    public sealed override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < SetupBytes)
        {
            return;
        }

        ReadOnlySpan<byte> options = input[..OptionBytes];
        ReadOnlySpan<byte> planned = input[(OptionBytes + 1)..];
        ReadOnlySpan<byte> body = planned[1..];
        using IDecoderUnderOptions fresh = Create(options);
        IReadOnlyList<string> expected = Feed(fresh, [0, .. body], endsWithIt: true);

        using IDecoderUnderOptions cut = Create(options);
        Compare(expected, Feed(cut, planned, endsWithIt: true), "in pieces");

        // Its first life is a part of the same input, ended or not.
        int first = body.Length * (input[OptionBytes] >> 1) / 127;
        Feed(cut, planned[..(1 + first)], endsWithIt: (input[OptionBytes] & 1) == 0);
        using IDecoderUnderOptions? heir = cut.CreateHeir();
        expected = heir is null ? expected : Feed(heir, [0, .. body], endsWithIt: true);
        cut.Reset();
        Compare(expected, Feed(cut, planned, endsWithIt: true), "after a Reset");
    }

    /// <summary>A decoder with the options that the bytes say.</summary>
    private protected abstract IDecoderUnderOptions Create(ReadOnlySpan<byte> options);

    /// <summary>A limit: far away, realistic, or so small that most inputs reach it.</summary>
    private protected static int Limit(byte value, int least, int realistic) => value switch
    {
        < 64 => realistic,
        < 96 => int.MaxValue / 4,
        _ => least + ((value - 96) / 2),
    };

    private protected static bool Bit(byte value, int bit) => (value & (1 << bit)) != 0;

    private static IReadOnlyList<string> Feed(IDecoderUnderOptions decoder, ReadOnlySpan<byte> planned, bool endsWithIt)
    {
        Transcript rows = decoder.CreateRows();
        InputPieces pieces = new(planned);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            do
            {
                status = decoder.Decode(piece, out int consumed, rows);
                Require(consumed <= piece.Length, "no more is consumed than there is");
                piece = piece[consumed..];
            }
            while (status == OperationStatus.Done);
            Require(status == OperationStatus.InvalidData || piece.IsEmpty, "NeedMoreData has to take in the whole source");
        }

        if (endsWithIt)
        {
            decoder.Complete(rows);
        }

        return rows.Rows;
    }

    private static void Compare(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string way)
        => Require(
            expected.SequenceEqual(actual),
            $"it differs {way}\nwhole:\n{string.Join('\n', expected)}\n{way}:\n{string.Join('\n', actual)}");
}
