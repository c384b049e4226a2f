using System.Buffers;

namespace WireProtocols.Cli.Formats;

/// <summary>A decoding by a decoder that gives an element at a time.</summary>
/// <typeparam name="TElement">The element, which is lent until the next one.</typeparam>
internal abstract class ElementSession<TElement>(FormatRun run) : FormatSession(run)
    where TElement : allows ref struct
{
    public sealed override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = Decode(bytes, out int consumed, out TElement element);
            bytes = bytes[consumed..];
            if (status == OperationStatus.NeedMoreData)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                Fail();
                return false;
            }

            if (!Accept(element))
            {
                return false;
            }
        }
    }

    public sealed override void Complete()
    {
        if (CompleteInput() == OperationStatus.Done)
        {
            PrintEnd();
        }
        else
        {
            Fail();
        }
    }

    /// <summary>The next element.</summary>
    protected abstract OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out TElement element);

    /// <summary>The input ends here.</summary>
    protected abstract OperationStatus CompleteInput();

    /// <summary>Takes an element.</summary>
    /// <returns>False to stop.</returns>
    protected abstract bool Accept(scoped in TElement element);

    /// <summary>Prints what the decoder has found to be wrong.</summary>
    protected abstract void Fail();

    /// <summary>Prints that the input has ended well.</summary>
    protected virtual void PrintEnd()
    {
    }
}
