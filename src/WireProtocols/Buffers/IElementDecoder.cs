using System.Buffers;

namespace WireProtocols.Buffers;

/// <summary>
/// What the loop of the readers asks of a decoder. A protocol implements it with a small <c>readonly struct</c> around its decoder, so that the
/// compiler makes one loop for each decoder and every call is direct.
/// </summary>
/// <typeparam name="TElement">What the decoder lends: valid until its next call.</typeparam>
internal interface IElementDecoder<TElement>
    where TElement : struct, allows ref struct
{
    /// <summary>True when the message has ended by itself: what follows belongs to somebody else.</summary>
    bool IsCompleted { get; }

    /// <summary>True when the end of the input, and nothing else, completes one more element: <see cref="DecodeLast"/> yields it.</summary>
    bool HasLast { get; }

    /// <summary>Takes in bytes up to the end of an element.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many have been taken in; 0 on an error.</param>
    /// <param name="element">The element when the answer is <see cref="OperationStatus.Done"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> when the whole source was taken in, or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out TElement element);

    /// <summary>Yields the element that the end of the input completes.</summary>
    /// <returns>As <see cref="Decode"/>.</returns>
    OperationStatus DecodeLast(out TElement element);

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between elements, <see cref="OperationStatus.InvalidData"/> inside of one.</returns>
    OperationStatus Complete();

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant, as the protocol's exception.</summary>
    WireProtocolException CreateException();
}
