using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The payload of a body as one sequence over slices that lie apart in memory lent by the pipe beneath. What its reader has not consumed
/// when the loan ends is copied into pooled memory, once; everything else never is.
/// </summary>
/// <remarks>The chain is copies first and then lent slices, because a copy is only ever added behind a copy (<see cref="EndsOwned"/>). So the end
/// of a loan leaves the copies alone, however many there are.</remarks>
internal sealed class PayloadChain
{
    private const int BlockSize = 4096;

    private Node? _first;
    private Node? _last;
    private Node? _free;
    private Node? _lastOwned;

    /// <summary>How many bytes have been copied and slices linked: the work done so far, which a test holds linear in the bytes read.</summary>
    public long Work { get; private set; }

    public bool IsEmpty => _first is null;

    /// <summary>Whether a copy would go on where a copy ends, or be the first: then it costs no block of its own, or only one.</summary>
    public bool EndsOwned => _last is null or { IsOwned: true };

    /// <summary>Adds lent memory at the end.</summary>
    public void Append(ReadOnlyMemory<byte> payload)
    {
        Node node = _free ?? new Node();
        _free = node.Following;
        node.Set(payload, _last);
        _first ??= node;
        _last = node;
        Work++;
    }

    /// <summary>Adds a copy at the end.</summary>
    public void AppendCopy(ReadOnlySpan<byte> payload)
    {
        Work += payload.Length;
        int fits = _last is { IsOwned: true } ? _last.Fill(payload) : 0;
        if (fits == payload.Length)
        {
            return;
        }

        payload = payload[fits..];
        byte[] block = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, payload.Length));
        payload.CopyTo(block);
        Append(block.AsMemory(0, payload.Length));
        _last!.Own(block);
        _lastOwned = _last;
    }

    /// <summary>All of the payload that has not been consumed.</summary>
    public ReadOnlySequence<byte> ToSequence()
        => _first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length);

    /// <summary>Whether <paramref name="position"/> is the end of <see cref="ToSequence"/>.</summary>
    public bool IsEnd(SequencePosition position)
        => _last is null || (ReferenceEquals(position.GetObject(), _last) && position.GetInteger() == _last.Memory.Length);

    /// <summary>Drops what stands before <paramref name="position"/> and ends the loan: the rest is copied.</summary>
    public void Consume(SequencePosition position)
    {
        if (IsEnd(position))
        {
            Clear();
            return;
        }

        while (!ReferenceEquals(_first, position.GetObject()))
        {
            RemoveFirst();
        }

        _first!.TrimStart(position.GetInteger());
        if (_first.Memory.IsEmpty)
        {
            RemoveFirst();
        }

        CopyLent();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_first is not null)
        {
            RemoveFirst();
        }
    }

    private void RemoveFirst()
    {
        Node node = _first ?? throw new ArgumentException("The position is not one of the buffer that was read.");
        _first = node.Following;
        if (_first is null)
        {
            _last = null;
        }

        if (node == _lastOwned)
        {
            _lastOwned = null;
        }

        node.Release(_free);
        _free = node;
    }

    /// <summary>Puts copies in the place of the slices that were lent. They are appended to the copies made before, and fill those up.</summary>
    private void CopyLent()
    {
        Node? node = _lastOwned is null ? _first : _lastOwned.Following;
        _first = _lastOwned is null ? null : _first;
        _last = _lastOwned;
        _last?.Cut();
        while (node is not null)
        {
            Node? following = node.Following;
            ReadOnlyMemory<byte> lent = node.Memory;
            node.Release(_free);
            _free = node;
            AppendCopy(lent.Span);
            node = following;
        }
    }

    private sealed class Node : ReadOnlySequenceSegment<byte>
    {
        private byte[]? _owner;
        private int _end;

        public bool IsOwned => _owner is not null;

        public Node? Following => (Node?)Next;

        public void Set(ReadOnlyMemory<byte> memory, Node? previous)
        {
            Memory = memory;
            Next = null;
            RunningIndex = previous is null ? 0 : previous.RunningIndex + previous.Memory.Length;
            previous?.Next = this;
        }

        /// <summary>Nothing follows any more.</summary>
        public void Cut() => Next = null;

        /// <summary>The memory is the first part of a pooled array.</summary>
        public void Own(byte[] block) => (_owner, _end) = (block, Memory.Length);

        public void TrimStart(int count)
        {
            Memory = Memory[count..];
            RunningIndex += count;
        }

        /// <summary>Puts what fits behind the bytes that are there.</summary>
        public int Fill(ReadOnlySpan<byte> payload)
        {
            int count = Math.Min(payload.Length, _owner!.Length - _end);
            payload[..count].CopyTo(_owner.AsSpan(_end));
            int start = _end - Memory.Length;
            _end += count;
            Memory = _owner.AsMemory(start.._end);
            return count;
        }

        public void Release(Node? free)
        {
            if (_owner is not null)
            {
                ArrayPool<byte>.Shared.Return(_owner);
                _owner = null;
            }

            Memory = default;
            Next = free;
        }
    }
}
