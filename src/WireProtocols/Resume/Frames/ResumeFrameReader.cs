using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>Reads a stream of frames (wire-resume §5) from a pipe. It does not complete the pipe.</summary>
public sealed class ResumeFrameReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, ResumeFrame> _frames;
    private readonly ResumeFrameDecoder _decoder;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">The limits; <see cref="ResumeFrameOptions.Default"/> where null.</param>
    public ResumeFrameReader(PipeReader input, ResumeFrameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new ResumeFrameDecoder(options);
        _frames = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for bytes.</summary>
    /// <returns>False at a clean end: the input ended, and no frame had begun.</returns>
    /// <exception cref="ResumeProtocolException">The input ended inside a frame.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _frames.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next frame from the bytes that are there.</summary>
    /// <param name="element">The frame, valid until the next call.</param>
    /// <returns>False when no whole frame is there: wait then.</returns>
    /// <exception cref="ResumeProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out ResumeFrame element) => _frames.TryRead(out element);

    /// <summary>Reads every frame; each may be kept.</summary>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="ResumeProtocolException">The bytes break a rule, or end inside a frame.</exception>
    public async IAsyncEnumerable<OwnedResumeFrame> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryReadOwned(out OwnedResumeFrame? frame))
            {
                yield return frame;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _frames.Release();
        _decoder.Dispose();
    }

    private bool TryReadOwned([NotNullWhen(true)] out OwnedResumeFrame? frame)
    {
        bool isRead = TryRead(out ResumeFrame lent);
        frame = isRead ? lent.ToOwned() : null;
        return isRead;
    }

    private readonly struct ElementDecoder(ResumeFrameDecoder decoder) : IElementDecoder<ResumeFrame>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ResumeFrame element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out ResumeFrame element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new ResumeProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
