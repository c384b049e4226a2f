namespace WireProtocols.Resume;

/// <summary>A queue whose elements can be looked at by their place; it grows by doubling, and holds nothing while it is empty and was never
/// used.</summary> <typeparam name="T">What waits.</typeparam>
internal sealed class ReplayRing<T>
{
    private T[] _items = [];
    private int _head;

    /// <summary>How many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>The element at a place, 0 being the oldest.</summary>
    public T this[int index] => _items[Place(index)];

    /// <summary>Adds the newest element.</summary>
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[Place(Count)] = item;
        Count++;
    }

    /// <summary>Takes the oldest element away.</summary>
    public T RemoveFirst()
    {
        T first = _items[_head];
        _items[_head] = default!;
        _head = Place(1);
        Count--;
        return first;
    }

    private int Place(int index)
    {
        int place = _head + index;
        return place < _items.Length ? place : place - _items.Length;
    }

    private void Grow()
    {
        T[] larger = new T[Math.Max(4, checked(_items.Length * 2))];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        _items = larger;
        _head = 0;
    }
}
