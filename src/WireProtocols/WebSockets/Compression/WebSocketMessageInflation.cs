using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The compressed side of a <see cref="WebSocketMessageDecoder"/>: keeps a frame's payload, since its scratch is needed again before it is
/// inflated, and inflates it piece by piece. Without context takeover the inflater is only held inside a message.
/// </summary>
internal sealed class WebSocketMessageInflation(int windowBits, bool keepsContext, WebSocketDeflatePool pool) : IDisposable
{
    /// <summary>The most bytes that are inflated in one step.</summary>
    public const int MaxPieceLength = 16 * 1024;

    private WebSocketInflater? _inflater;
    private PooledBuffer _compressed;
    private int _consumed;
    private bool _isLastInput;
    private bool _isBroken;
    private byte[]? _inflated;

    /// <summary>True while some of what is kept waits to be inflated.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>True while it has memory from the pool.</summary>
    public bool HoldsScratch => _inflated is not null || _compressed.Length > 0;

    /// <summary>True when the message ends with the last piece.</summary>
    public bool IsAtEnd => _isLastInput && !IsUnderWay;

    /// <summary>The bytes of the message so far as they crossed the wire.</summary>
    public long CompressedLength { get; private set; }

    /// <summary>Where the frame begins that is being inflated, in bytes from the start of the input.</summary>
    public long FrameOffset { get; private set; }

    /// <summary>Begins a message.</summary>
    public void BeginMessage()
    {
        _inflater ??= pool.RentInflater(windowBits);
        _inflater.BeginMessage();
        CompressedLength = 0;
    }

    /// <summary>Takes payload in.</summary>
    /// <param name="frame">What has come of a frame.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    public void Add(scoped in WebSocketFramePart frame, bool isLast)
    {
        FrameOffset = frame.Offset;
        _compressed.Clear();
        _compressed.Append(frame.Payload);
        _consumed = 0;
        IsUnderWay = true;
        _isLastInput = isLast;
    }

    /// <summary>Inflates the next piece of what is kept.</summary>
    /// <param name="maxLength">The most bytes of it.</param>
    /// <param name="inflated">The piece; valid until the next call. It may be empty when all is used up.</param>
    /// <returns>False when what is kept is no DEFLATE, or ends inside a block where the message does.</returns>
    public bool TryInflate(int maxLength, out ReadOnlySpan<byte> inflated)
    {
        _inflated ??= ArrayPool<byte>.Shared.Rent(MaxPieceLength);
        OperationStatus status = OperationStatus.InvalidData;
        int written = 0;
        if (!_isBroken)
        {
            status = _inflater!.Inflate(_compressed.Written[_consumed..], _inflated.AsSpan(0, maxLength), out int consumed, out written);
            _consumed += consumed;
            CompressedLength += consumed;
            if (status == OperationStatus.NeedMoreData)
            {
                status = !_isLastInput || _inflater.TryFinish() ? OperationStatus.Done : OperationStatus.InvalidData;
            }
        }

        // What came out before the error is judged first, and the error is found again.
        _isBroken = status == OperationStatus.InvalidData;
        IsUnderWay = status != OperationStatus.Done;
        inflated = _inflated.AsSpan(0, written);
        return !_isBroken || written > 0;
    }

    /// <summary>Ends a message.</summary>
    public void EndMessage()
    {
        IsUnderWay = false;
        _isBroken = false;
        if (!keepsContext && _inflater is { } inflater)
        {
            _inflater = null;
            pool.Return(inflater, windowBits);
        }
    }

    /// <summary>Gives back what is not needed until more payload comes.</summary>
    public void ReleaseIdle()
    {
        _compressed.Release();
        if (_inflated is { } inflated)
        {
            _inflated = null;
            ArrayPool<byte>.Shared.Return(inflated);
        }
    }

    /// <summary>Frees the inflater: in the middle of a message it is not fit for another connection.</summary>
    public void Dispose()
    {
        _inflater?.Dispose();
        _inflater = null;
        ReleaseIdle();
    }
}
