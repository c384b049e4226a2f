using System.Buffers;

namespace WireProtocols.Transports;

/// <summary>What has been received and not consumed: one pooled array, so that a decoder meets no seams. With nothing in it there is none.</summary>
internal struct InputBuffer
{
    // As much as a peer has under way is taken in one call: 32 messages of 16 KiB take a third more of the processor with an eighth of the largest.
    // A peer that says little has little held for it, however long its reader keeps it.
    private const int SmallestRead = 4 * 1024;
    private const int LargestRead = 512 * 1024;
    private const int LeastKept = 256;

    private byte[]? _bytes;
    private int _read;
    private int _start;
    private int _end;

    /// <summary>Whether nothing is in it.</summary>
    public readonly bool IsEmpty => _start == _end;

    /// <summary>How much memory it holds.</summary>
    public readonly int Capacity => _bytes?.Length ?? 0;

    /// <summary>Where what is in it begins, in the array.</summary>
    public readonly int Start => _start;

    /// <summary>Where it ends.</summary>
    public readonly int End => _end;

    /// <summary>What is in it. Its positions are those of the array.</summary>
    public readonly ReadOnlySequence<byte> Content => IsEmpty ? ReadOnlySequence<byte>.Empty : new(_bytes!, _start, _end - _start);

    /// <summary>Drops the first bytes.</summary>
    public void Consume(int to)
    {
        _start = to;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Makes room for a read.</summary>
    public Span<byte> MakeRoom()
    {
        int held = _end - _start;
        _read = Math.Max(_read, SmallestRead);
        if (_bytes is null)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(_read);
        }
        else if (_bytes.Length - _end < _read / 4)
        {
            if (held <= _bytes.Length / 2 && _bytes.Length >= _read)
            {
                _bytes.AsSpan(_start, held).CopyTo(_bytes);
                _start = 0;
                _end = held;
            }
            else
            {
                MoveTo(Math.Max(_read, 2 * held));
            }
        }

        return _bytes.AsSpan(_end);
    }

    /// <summary>A read has brought so many bytes. One that fills its room is followed by a larger one, and one that leaves most of it empty by a
    /// smaller one.</summary>
    public void Fill(int count)
    {
        bool isFull = _end + count == _bytes!.Length;
        _end += count;
        _read = isFull ? Math.Min(2 * _read, LargestRead) : count < _read / 8 ? Math.Max(_read / 2, SmallestRead) : _read;
    }

    /// <summary>Nothing more is read for now: what is in it moves to an array of its size.</summary>
    public void Trim()
    {
        int held = _end - _start;
        if (held == 0)
        {
            Return();
        }
        else if (_bytes!.Length > 4 * Math.Max(held, LeastKept))
        {
            MoveTo(Math.Max(held, LeastKept));
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Return()
    {
        byte[]? bytes = _bytes;
        _bytes = null;
        _start = _end = 0;
        if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void MoveTo(int size)
    {
        int held = _end - _start;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(_start, held).CopyTo(bytes);
        Return();
        _bytes = bytes;
        _end = held;
    }
}
